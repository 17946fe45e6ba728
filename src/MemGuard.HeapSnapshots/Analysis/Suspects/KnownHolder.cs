namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>A class of the framework in which the application's objects pile up, in the words of who uses it.</summary>
/// <param name="Words">What it is; null for its own name.</param>
/// <param name="NextStep">What to do when it grows; null for what its collection suggests.</param>
/// <param name="IsWhole">Whether the words say it all.</param>
internal sealed record KnownHolder(string? Words, string? NextStep, bool IsWhole = false)
{
    private static readonly Dictionary<string, KnownHolder> Known = new(StringComparer.Ordinal)
    {
        ["Microsoft.Extensions.Http.DefaultHttpClientFactory"] =
            new("IHttpClientFactory: DefaultHttpClientFactory", "create clients under a few fixed names: the factory keeps a handler for each name"),
        ["Microsoft.Extensions.Logging.LoggerFactory"] =
            new("ILoggerFactory: LoggerFactory", "create loggers under a few fixed category names: the factory keeps each of them"),
        ["Microsoft.Extensions.Options.OptionsCache`1"] =
            new(null, "ask for options under a few fixed names, or remove those no longer needed: each name is kept"),
        ["Microsoft.Extensions.Options.OptionsMonitor`1"] = new(null, "dispose what OnChange returns when the listener ends"),
        ["Microsoft.Extensions.Configuration.ConfigurationReloadToken"] =
            new("reload token of IConfiguration", "dispose what ChangeToken.OnChange or RegisterChangeCallback returns", IsWhole: true),
        ["Microsoft.Extensions.Hosting.Internal.ApplicationLifetime"] =
            new("IHostApplicationLifetime: ApplicationLifetime", null),
        ["System.Net.Http.HttpConnectionPoolManager"] =
            new(null, "reuse one HttpClient or handler, and a few hosts: each handler keeps pools of connections"),
        ["System.Diagnostics.Metrics.Meter"] = new(null, "create each meter once and keep it, or dispose it"),
        ["System.Diagnostics.ActivitySource"] = new(null, "create each source once and keep it, or dispose it"),
        ["System.Text.Json.JsonSerializerOptions"] = new(null, "create the options once and reuse them"),
    };

    private static readonly KnownHolder Disposables = new(
        "the service provider's list of disposables",
        "resolve them in a scope that is disposed: what a provider creates and can be disposed it keeps until its own end",
        IsWhole: true);

    public static readonly KnownHolder OfRootScope = new(null, "resolve it in a scope that ends with the work (IServiceScopeFactory): the root provider keeps it until its own end");

    // What grows in a source of events are those who listen.
    private static readonly KnownHolder Listeners = new("event listeners", "create each EventListener once and keep it, or dispose it", IsWhole: true);

    /// <summary>By the class of a static field; with the field where the class has several.</summary>
    private static readonly Dictionary<string, KnownHolder> KnownStatics = new(StringComparer.Ordinal)
    {
        ["System.Diagnostics.Tracing.EventListener"] = Listeners with { Words = null, IsWhole = false },
        ["System.Diagnostics.ActivitySource.s_allListeners"] = new(null, "create each ActivityListener once and keep it, or dispose it"),
        ["System.Diagnostics.Metrics.MeterListener"] = new(null, "create each MeterListener once and keep it, or dispose it"),
        ["System.Diagnostics.DiagnosticListener"] = new(null, Advice.Unsubscribe),
    };

    /// <returns>What is known of the class of a static field; null when nothing is.</returns>
    public static KnownHolder? OfStatic(StaticOwner field) =>
        field is not { IsCertain: true, Candidates: [{ DeclaringType: { FullName: { } name } declaring }] } ? null
        : IsEventSource(declaring) ? Listeners
        : KnownStatics.GetValueOrDefault($"{name}.{field.FieldName}") ?? KnownStatics.GetValueOrDefault(name) ?? Known.GetValueOrDefault(name);

    public static bool IsEventSource(Type? type) => typeof(System.Diagnostics.Tracing.EventSource).IsAssignableFrom(type);

    /// <returns>What is known of a holder; null when nothing is.</returns>
    /// <param name="holder">The holder.</param>
    /// <param name="held">What comes next in the chain.</param>
    public static KnownHolder? Find(ChainNode holder, ChainNode held)
    {
        if (holder.Type?.Type is not { } type)
        {
            return null;
        }

        string name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? "";
        return name == "Microsoft.Extensions.DependencyInjection.ServiceLookup.ServiceProviderEngineScope"
            ? held.IsNamed("System.Collections.Generic.List`1") ? Disposables : null
            : Known.GetValueOrDefault(name);
    }
}

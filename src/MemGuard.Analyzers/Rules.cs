using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers;

/// <summary>What is reported. docs/analyzers.md has a heading for each.</summary>
internal static class Rules
{
    private const string Category = "Memory";

    public static readonly DiagnosticDescriptor StaticCollection = new(
        "MG0001",
        "A static collection is only ever added to",
        "'{0}' is added to in '{1}' and nothing is ever taken out: it lives and grows as long as the process. Bound it, e.g. with BoundedCache or BoundedQueue, or remove what is done with.",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0001"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor UnlimitedCache = new(
        "MG0002",
        "A memory cache has no size limit",
        "{0} has no SizeLimit: it holds every key that anybody asks for until its time is over. Set MemoryCacheOptions.SizeLimit and the Size of each entry, or use AddBoundedMemoryCache.",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0002"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor NeverDisposed = new(
        "MG0003",
        "A timer or timed token source is never disposed",
        "{0} is never disposed: {1}. Declare it with 'using', or dispose of it when the work has ended.",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0003"));

    public static readonly DiagnosticDescriptor RegistrationKept = new(
        "MG0004",
        "A registration on a caller's token is never removed",
        "The registration on '{0}' is thrown away: each call leaves its callback, and all that it captures, with the token for as long as that lives. Keep it with 'using', or dispose of it when the work has ended.",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0004"));

    public static readonly DiagnosticDescriptor FlushIgnored = new(
        "MG0005",
        "A flush of a pipe is not awaited",
        "{0} is not awaited: what a slow reader has not taken piles up in memory without bound. Await it, and stop when the result is completed.",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0005"));

    public static readonly DiagnosticDescriptor EventKept = new(
        "MG0006",
        "An event of a longer-lived object is never unsubscribed from",
        "'{0}' subscribes to '{1}' and never unsubscribes: {2} keeps every '{0}' alive. Unsubscribe in Dispose, or use GuardedEvent.",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0006"));

    public static readonly DiagnosticDescriptor SerializerAgain = new(
        "MG0007",
        "An XML serializer that the runtime does not keep is made again and again",
        "This constructor of XmlSerializer emits an assembly each time, which is never unloaded. Keep the serializer for '{0}' in a static field, or use the constructor that takes the type alone.",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0007"));

    public static readonly DiagnosticDescriptor CompiledAgain = new(
        "MG0008",
        "Code is compiled at run time for each request",
        "{0} compiles code at run time in '{1}', for each request. {2}.",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("MG0008"));
}

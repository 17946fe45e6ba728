using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard.AspNetCore.Audit;

/// <summary>Says once, at start, what this application has left without a bound. Asks for settings only: it creates nothing of the application's.</summary>
internal sealed class StartupAudit(IServiceCollection registered, IServiceProvider services, ILoggerFactory loggers) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Options of the application's that cannot be read are its own to fail of, when it needs them.
        if (!KillSwitch.IsOn)
        {
            Containment.Run(Say);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Say()
    {
        string list = string.Join("; ", UnboundedSettings.Find(Read()));
        if (list.Length > 0)
        {
            Log.Unbounded(loggers.CreateLogger("MemGuard.AspNetCore"), list);
        }
    }

    private AuditedSettings Read() => new()
    {
        Server = ValueOf<KestrelServerOptions>()?.Limits,
        Forms = ValueOf<FormOptions>(),
        MemoryCache = Has(type => type == typeof(IMemoryCache)) && registered.Any(static service => service.ImplementationType == typeof(MemoryCache)) ? ValueOf<MemoryCacheOptions>() : null,
        Hubs = Has(static type => type == typeof(HubLifetimeManager<>)) ? ValueOf<HubOptions>() : null,
        UnboundedChannels =
        [
            .. registered.Where(static service => !service.IsKeyedService)
                .Select(static service => service.ImplementationInstance?.GetType())
                .OfType<Type>()
                .Where(IsUnboundedChannel)
                .Select(static type => VisibleText.OfName($"Channel<{type.GetGenericArguments()[0].Name}>")),
        ],
    };

    // The framework's own names: it has no other sign of a channel without a bound.
    private static bool IsUnboundedChannel(Type type) =>
        type.IsGenericType && type.Namespace == typeof(Channel).Namespace && type.Name.Contains("Unbounded", StringComparison.Ordinal);

    private bool Has(Func<Type, bool> isWanted) => registered.Any(service => isWanted(service.ServiceType));

    private T? ValueOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>()
        where T : class => services.GetService<IOptions<T>>()?.Value;
}

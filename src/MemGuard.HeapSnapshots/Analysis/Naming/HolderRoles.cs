namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Tells the role of a type by its name: MemGuard refers to none of these packages.</summary>
internal static class HolderRoles
{
    public const string RegistrationNode = "System.Threading.CancellationTokenSource+CallbackNode";
    public const string RegistrationList = "System.Threading.CancellationTokenSource+Registrations";
    public const string WaitThread = "System.Threading.PortableThreadPool+WaitThread";
    public const string SocketTable = "System.Net.Sockets.SocketAsyncEngine";
    private const string ServiceSlot = "Microsoft.Extensions.DependencyInjection.ServiceLookup.ServiceCallSite";

    private static readonly Dictionary<string, HolderRole> Known = new(StringComparer.Ordinal)
    {
        ["Microsoft.Extensions.DependencyInjection.ServiceDescriptor"] = HolderRole.ServiceSlot,
        ["Microsoft.Extensions.DependencyInjection.ServiceProvider"] = HolderRole.Container,
        ["Microsoft.Extensions.DependencyInjection.ServiceLookup.ServiceProviderEngineScope"] = HolderRole.Container,
        ["Microsoft.Extensions.Hosting.Internal.Host"] = HolderRole.Container,
        ["Microsoft.AspNetCore.Builder.WebApplication"] = HolderRole.Container,
        ["Microsoft.AspNetCore.Builder.WebApplicationBuilder"] = HolderRole.Container,
        ["Microsoft.AspNetCore.Http.RequestDelegate"] = HolderRole.Pipeline,

        // Linked with its neighbours: who holds one timer or registration does not hold the others.
        ["System.Threading.TimerQueueTimer"] = HolderRole.RuntimeTable,
        [RegistrationNode] = HolderRole.RuntimeTable,
        ["System.Threading.TimerQueue"] = HolderRole.RuntimeTable,
        [SocketTable] = HolderRole.RuntimeTable,
        [WaitThread] = HolderRole.RuntimeTable,
        ["System.Threading.ThreadPoolWorkQueue"] = HolderRole.RuntimeTable,
        ["System.Threading.PortableThreadPool"] = HolderRole.RuntimeTable,
    };

    /// <summary>Whether the way leads from it back to what holds it: from a registration to all others of its source.</summary>
    public static bool IsBackReference(Type? type) => type?.FullName is RegistrationNode or RegistrationList;

    public static HolderRole Of(Type type)
    {
        if (CompilerNames.IsEntryPoint(type))
        {
            return HolderRole.EntryPoint;
        }

        for (Type? level = type; level is not null; level = level.BaseType)
        {
            if (level.FullName == ServiceSlot)
            {
                return HolderRole.ServiceSlot;
            }
        }

        return Known.GetValueOrDefault(type.FullName ?? "");
    }
}

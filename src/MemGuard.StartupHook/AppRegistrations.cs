using System.Collections;
using MemGuard.HeapSnapshots.Service;

namespace MemGuard.StartupHook;

/// <summary>Reads the application's registrations, of whatever version its abstractions are. Creates nothing.</summary>
internal static class AppRegistrations
{
    /// <param name="registrations">A list of service descriptors; null for none.</param>
    public static IEnumerable<ServiceRegistration> ReadServices(object? registrations)
    {
        List<ServiceRegistration> services = [];
        try
        {
            foreach (object descriptor in registrations as IEnumerable ?? Array.Empty<object>())
            {
                if (Get(descriptor, "Lifetime")?.ToString() is ("Singleton" or "Scoped") and { } lifetime && Get(descriptor, "ServiceType") is Type service)
                {
                    string prefix = Get(descriptor, "IsKeyedService") is true ? "KeyedImplementation" : "Implementation";
                    services.Add(new ServiceRegistration(service, Get(descriptor, prefix + "Type") as Type ?? Get(descriptor, prefix + "Instance")?.GetType(), lifetime == "Scoped"));
                }
            }
        }
        catch (Exception)
        {
            // Changed while it was read: as many names as there were by then.
        }

        return services;
    }

    private static object? Get(object descriptor, string property) => descriptor.GetType().GetProperty(property)?.GetValue(descriptor);
}

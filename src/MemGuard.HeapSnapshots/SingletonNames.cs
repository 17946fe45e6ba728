using MemGuard.HeapSnapshots.Analysis;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.HeapSnapshots;

/// <summary>By which service type a singleton is known, read from the registrations. Creates no service.</summary>
internal sealed class SingletonNames(IServiceCollection services)
{
    /// <returns>Service types in words, by implementation type.</returns>
    public IReadOnlyDictionary<Type, string> Read()
    {
        Dictionary<Type, string> names = [];
        foreach (ServiceDescriptor descriptor in services)
        {
            if (descriptor.Lifetime == ServiceLifetime.Singleton && FindImplementation(descriptor) is { } implementation)
            {
                // The first registration wins: later ones are often the same object under more interfaces.
                names.TryAdd(implementation, TypeNaming.Format(descriptor.ServiceType));
            }
        }

        return names;
    }

    // A factory's result is known only where it is registered as a class.
    private static Type? FindImplementation(ServiceDescriptor descriptor)
    {
        Type? implementation = descriptor.IsKeyedService
            ? descriptor.KeyedImplementationType ?? descriptor.KeyedImplementationInstance?.GetType()
            : descriptor.ImplementationType ?? descriptor.ImplementationInstance?.GetType();
        return implementation ?? (descriptor.ServiceType is { IsInterface: false, IsAbstract: false } self ? self : null);
    }
}

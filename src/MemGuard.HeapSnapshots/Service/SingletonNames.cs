using MemGuard.HeapSnapshots.Analysis;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>By which service type a singleton is known, read from the registrations. Creates no service.</summary>
internal sealed class SingletonNames(IServiceCollection services)
{
    public SingletonTable Read()
    {
        Dictionary<Type, string> exact = [];
        List<(Type, string)> factories = [];
        foreach (ServiceDescriptor descriptor in services)
        {
            if (descriptor.Lifetime != ServiceLifetime.Singleton)
            {
                continue;
            }

            // The first registration wins: later ones are often the same object under more interfaces.
            string name = TypeNaming.Format(descriptor.ServiceType);
            if (FindImplementation(descriptor) is { } implementation)
            {
                exact.TryAdd(implementation, name);
            }
            else if (!OwnerNames.IsFramework(descriptor.ServiceType.Assembly))
            {
                factories.Add((descriptor.ServiceType, name));
            }
        }

        return new SingletonTable(exact, factories);
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

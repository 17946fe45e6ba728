using MemGuard.HeapSnapshots.Analysis;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>A service of which there is one.</summary>
/// <param name="ServiceType">Under which type it is known.</param>
/// <param name="Implementation">Its own type; null where a factory makes it.</param>
internal readonly record struct SingletonRegistration(Type ServiceType, Type? Implementation);

/// <summary>By which service type a singleton is known, read from the registrations. Creates no service.</summary>
/// <param name="read">Reads the registrations, in order.</param>
internal sealed class SingletonNames(Func<IEnumerable<SingletonRegistration>> read)
{
    public SingletonNames(IServiceCollection services)
        : this(() => services.Where(static descriptor => descriptor.Lifetime == ServiceLifetime.Singleton).Select(ToRegistration))
    {
    }

    public SingletonTable Read()
    {
        Dictionary<Type, string> exact = [];
        List<(Type, string)> factories = [];
        foreach (SingletonRegistration registration in read())
        {
            // The first registration wins: later ones are often the same object under more interfaces.
            string name = TypeNaming.Format(registration.ServiceType);

            // A factory's result is known only where it is registered as a class.
            if ((registration.Implementation ?? (registration.ServiceType is { IsInterface: false, IsAbstract: false } self ? self : null)) is { } implementation)
            {
                exact.TryAdd(implementation, name);
            }
            else if (!OwnerNames.IsFramework(registration.ServiceType.Assembly))
            {
                factories.Add((registration.ServiceType, name));
            }
        }

        return new SingletonTable(exact, factories);
    }

    private static SingletonRegistration ToRegistration(ServiceDescriptor descriptor) => new(
        descriptor.ServiceType,
        descriptor.IsKeyedService
            ? descriptor.KeyedImplementationType ?? descriptor.KeyedImplementationInstance?.GetType()
            : descriptor.ImplementationType ?? descriptor.ImplementationInstance?.GetType());
}

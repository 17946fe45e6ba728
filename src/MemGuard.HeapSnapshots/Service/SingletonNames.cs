using MemGuard.HeapSnapshots.Analysis;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>A service of which there is one, or one a scope.</summary>
/// <param name="ServiceType">Under which type it is known.</param>
/// <param name="Implementation">Its own type; null where a factory makes it.</param>
/// <param name="IsScoped">Whether there is one a scope.</param>
internal readonly record struct ServiceRegistration(Type ServiceType, Type? Implementation, bool IsScoped);

/// <summary>By which service type a singleton is known, and which classes there is one of a scope, read from the registrations. Creates no service.</summary>
/// <param name="read">Reads the registrations, in order.</param>
internal sealed class SingletonNames(Func<IEnumerable<ServiceRegistration>> read)
{
    public SingletonNames(IServiceCollection services)
        : this(() => services.Where(static descriptor => descriptor.Lifetime is ServiceLifetime.Singleton or ServiceLifetime.Scoped).Select(ToRegistration))
    {
    }

    public SingletonTable Read()
    {
        Dictionary<Type, string> exact = [];
        List<(Type, string)> factories = [];
        HashSet<Type> scoped = [];
        List<Type> scopedFactories = [];
        HashSet<Type> obsolete = [];
        foreach (ServiceRegistration registration in read())
        {
            try
            {
                Add(registration);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // One whose class cannot be read, as of an assembly that is not deployed, costs its own name only.
            }
        }

        return new SingletonTable(exact, factories) { Scoped = scoped, ScopedFactories = scopedFactories };

        void Add(ServiceRegistration registration)
        {
            string name = TypeNaming.Format(registration.ServiceType);

            // A factory's result is known only where it is registered as a class.
            Type? implementation = registration.Implementation ?? (registration.ServiceType is { IsInterface: false, IsAbstract: false } self ? self : null);
            if (registration.IsScoped && implementation is not null)
            {
                scoped.Add(implementation);
            }
            else if (implementation is not null)
            {
                // The first registration wins: later ones are often the same object under more interfaces. One that is obsolete says less than any other.
                if (!exact.TryAdd(implementation, name) && obsolete.Remove(implementation))
                {
                    exact[implementation] = name;
                }

                if (exact[implementation] == name && Reflection.IsObsolete(registration.ServiceType))
                {
                    obsolete.Add(implementation);
                }
            }
            else if (!OwnerNames.IsFramework(registration.ServiceType.Assembly))
            {
                if (registration.IsScoped)
                {
                    scopedFactories.Add(registration.ServiceType);
                }
                else
                {
                    factories.Add((registration.ServiceType, name));
                }
            }
        }
    }

    private static ServiceRegistration ToRegistration(ServiceDescriptor descriptor) => new(
        descriptor.ServiceType,
        descriptor.IsKeyedService
            ? descriptor.KeyedImplementationType ?? descriptor.KeyedImplementationInstance?.GetType()
            : descriptor.ImplementationType ?? descriptor.ImplementationInstance?.GetType(),
        descriptor.Lifetime == ServiceLifetime.Scoped);
}

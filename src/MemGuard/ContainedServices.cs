using MemGuard.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard;

/// <summary>Builds the user's handlers and collectors so that one that cannot be built costs itself alone.</summary>
/// <param name="registrations">What was registered; read, never changed.</param>
internal sealed class ContainedServices(IServiceCollection registrations)
{
    /// <summary>All services of a type that can be built. What is built here, because another one failed, is not the container's to dispose.</summary>
    public IReadOnlyList<T> Resolve<T>(IServiceProvider services, InternalFaults faults)
        where T : class
    {
        try
        {
            return [.. services.GetServices<T>()];
        }
        catch (Exception)
        {
            // The container builds all or none. One by one then, and each failure is reported with its own name.
            return [.. registrations.Where(static descriptor => descriptor.ServiceType == typeof(T) && !descriptor.IsKeyedService).Select(descriptor => Build<T>(descriptor, services, faults)).OfType<T>()];
        }
    }

    private static T? Build<T>(ServiceDescriptor descriptor, IServiceProvider services, InternalFaults faults)
        where T : class
    {
        string name = (descriptor.ImplementationType ?? descriptor.ImplementationInstance?.GetType() ?? descriptor.ImplementationFactory?.Method.ReturnType)?.Name ?? typeof(T).Name;
        return faults.Get(
            "building " + name,
            (descriptor, services),
            static state => (state.descriptor.ImplementationInstance
                ?? state.descriptor.ImplementationFactory?.Invoke(state.services)
                ?? ActivatorUtilities.CreateInstance(state.services, state.descriptor.ImplementationType!)) as T,
            null);
    }
}

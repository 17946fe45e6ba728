using MemGuard.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard;

/// <summary>
/// Builds the user's alert handlers and evidence collectors so that one that cannot be built costs itself alone. What is built here, because the
/// container refused to build any, ends with the container all the same.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="registrations">What was registered; read, never changed.</param>
internal sealed class ContainedServices(IServiceCollection registrations) : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>In the order of their making.</summary>
    private readonly List<object> _built = [];

    /// <summary>All services of a type that can be built.</summary>
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

    /// <summary>Disposes of what was built here, the newest first. Contained: the container goes on with the rest.</summary>
    public void Dispose()
    {
        foreach (object service in TakeBuilt())
        {
            // An asynchronous end that a container without one asks for is waited for: nobody else would.
            Containment.Run(service, static service =>
            {
                if (service is IDisposable disposable)
                {
                    disposable.Dispose();
                }
                else
                {
                    ((IAsyncDisposable)service).DisposeAsync().AsTask().GetAwaiter().GetResult();
                }
            });
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        foreach (object service in TakeBuilt())
        {
            if (service is IAsyncDisposable disposable)
            {
                try
                {
                    await disposable.DisposeAsync().ConfigureAwait(false);
                }
                catch (Exception)
                {
                    // Nobody could act on it, and the next one must end as well.
                }
            }
            else
            {
                Containment.Run(service, static service => ((IDisposable)service).Dispose());
            }
        }
    }

    private T? Build<T>(ServiceDescriptor descriptor, IServiceProvider services, InternalFaults faults)
        where T : class
    {
        // The user's own instance is the user's to dispose of.
        if (descriptor.ImplementationInstance is { } instance)
        {
            return instance as T;
        }

        string name = (descriptor.ImplementationType ?? descriptor.ImplementationFactory?.Method.ReturnType)?.Name ?? typeof(T).Name;
        object? built = faults.Get(
            "building " + name,
            (descriptor, services),
            static state => state.descriptor.ImplementationFactory?.Invoke(state.services)
                ?? ActivatorUtilities.CreateInstance(state.services, state.descriptor.ImplementationType!),
            null);
        if (built is IDisposable or IAsyncDisposable)
        {
            lock (_gate)
            {
                _built.Add(built);
            }
        }

        return built as T;
    }

    private List<object> TakeBuilt()
    {
        lock (_gate)
        {
            List<object> built = [.. _built];
            built.Reverse();
            _built.Clear();
            return built;
        }
    }
}

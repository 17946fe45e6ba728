using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MemGuard.Hook.Core;

/// <summary>Hears of the application's host, of whatever version it is: when it is being built and when it is. Called on the application's own thread; nothing leaves it.</summary>
[SuppressMessage("Reliability", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as the process: threads may wait for the event whenever.")]
internal sealed class HostWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Source = "Microsoft.Extensions.Hosting";

    /// <summary>Set with the first host.</summary>
    private readonly ManualResetEventSlim _built = new();

    /// <summary>Weak: the hook must not keep a host alive that the application let go.</summary>
    private WeakReference<IServiceProvider>? _services;
    private WeakReference<object>? _registrations;

    /// <summary>The services of the first host; null before it, and when it is gone.</summary>
    public IServiceProvider? Services => _services is not null && _services.TryGetTarget(out IServiceProvider? services) ? services : null;

    /// <summary>What was registered with it, a list of descriptors of its own version; null as above.</summary>
    public object? Registrations => _registrations is not null && _registrations.TryGetTarget(out object? registrations) ? registrations : null;

    /// <summary>Waits for the first host.</summary>
    /// <returns>False when the time is up.</returns>
    public bool Wait(TimeSpan longest) => _built.Wait(longest);

    public void OnNext(DiagnosticListener value)
    {
        try
        {
            if (value.Name == Source)
            {
                value.Subscribe(this);
            }
        }
        catch (Exception)
        {
            // Without it there is no log of the application's to write to.
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        try
        {
            if (value is { Key: "HostBuilding", Value: { } builder } && _built is { IsSet: false })
            {
                Listen(builder);
            }
            else if (value is { Key: "HostBuilt", Value: { } host } && _services is null && host.GetType().GetProperty("Services")?.GetValue(host) is IServiceProvider services)
            {
                _services = new WeakReference<IServiceProvider>(services);
                _built.Set();
            }
        }
        catch (Exception)
        {
            // As above.
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    // IHostBuilder.ConfigureServices(Action<HostBuilderContext, IServiceCollection>), closed over the types of the application's version.
    private void Listen(object builder)
    {
        MethodInfo? configure = builder.GetType().GetInterface(Source + ".IHostBuilder")?.GetMethod("ConfigureServices");
        if (configure?.GetParameters() is not [{ ParameterType: { IsGenericType: true } action }])
        {
            return;
        }

        MethodInfo note = typeof(HostWatch).GetMethod(nameof(Note), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(action.GetGenericArguments());
        configure.Invoke(builder, [note.CreateDelegate(action, this)]);
    }

    // The list is the one that everybody adds to: it is read when names are needed, and nothing is created.
    private void Note<TContext, TServices>(TContext context, TServices services)
        where TServices : class => _registrations ??= new WeakReference<object>(services);
}

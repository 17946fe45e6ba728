using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.Logging;

namespace MemGuard.StartupHook.Logging;

/// <summary>Writes to the log of the application's host, of whatever version its abstractions are: by reflection, because its types are not ours.</summary>
/// <param name="services">The host's services; null while and where there is none.</param>
/// <param name="waitForHost">Waits for it; false when the time is up.</param>
internal sealed class AppLog(Func<IServiceProvider?> services, Func<TimeSpan, bool> waitForHost)
{
    private const string Abstractions = "Microsoft.Extensions.Logging.Abstractions";

    /// <summary>A host that is not there by then will not come; the first line waits for it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private bool _hasWaited;

    /// <summary>Writes a line.</summary>
    /// <returns>False where the application has no log, or one that would not even take a warning: the line must go elsewhere.</returns>
    public bool TryWrite(string category, LogLevel level, EventId id, string text, IReadOnlyList<KeyValuePair<string, object?>> properties, Exception? exception)
    {
        try
        {
            Wait();
            if (services() is not { } provider || FindLogger(provider, category) is not { } logger || FindMethods(logger) is not { } methods)
            {
                return false;
            }

            object Level(LogLevel value) => Enum.ToObject(methods.LevelType, (int)value);
            if (methods.IsEnabled.Invoke(logger, [Level(LogLevel.Warning)]) is not true)
            {
                return false;
            }

            if (methods.IsEnabled.Invoke(logger, [Level(level)]) is true)
            {
                Func<Line, Exception?, string> format = static (line, _) => line.Text;
                methods.Log.Invoke(logger, [Level(level), Activator.CreateInstance(methods.EventIdType, id.Id, id.Name), new Line(text, properties), exception, format]);
            }

            return true;
        }
        catch (Exception)
        {
            // A host that has stopped, a factory that was disposed, a sink that throws.
            return false;
        }
    }

    private static object? FindLogger(IServiceProvider provider, string category)
    {
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetName().Name == Abstractions
                && AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.GetLoadContext(typeof(AppLog).Assembly)
                && assembly.GetType("Microsoft.Extensions.Logging.ILoggerFactory") is { } type
                && provider.GetService(type) is { } factory)
            {
                return type.GetMethod("CreateLogger", [typeof(string)])?.Invoke(factory, [category]);
            }
        }

        return null;
    }

    private static Methods? FindMethods(object logger)
    {
        Type? type = logger.GetType().GetInterface("Microsoft.Extensions.Logging.ILogger");
        MethodInfo? log = type?.GetMethod("Log");
        MethodInfo? isEnabled = type?.GetMethod("IsEnabled");
        return log is null || isEnabled is null ? null : new Methods(log.MakeGenericMethod(typeof(Line)), isEnabled, log.GetParameters()[0].ParameterType, log.GetParameters()[1].ParameterType);
    }

    private void Wait()
    {
        lock (_gate)
        {
            if (!_hasWaited)
            {
                _hasWaited = true;
                waitForHost(LongestWait);
            }
        }
    }

    private sealed record Methods(MethodInfo Log, MethodInfo IsEnabled, Type LevelType, Type EventIdType);

    // What sinks look for: a list of named values, and a text.
    private sealed class Line(string text, IReadOnlyList<KeyValuePair<string, object?>> properties) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public string Text => text;

        public int Count => properties.Count;

        public KeyValuePair<string, object?> this[int index] => properties[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => properties.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => text;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HookApp;

/// <summary>An ordinary host with a log of its own.</summary>
internal static class Hosts
{
    public static async Task RunAsync(bool isCleared, string? file)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        using LineProvider lines = new();
        if (!isCleared)
        {
            builder.Logging.AddProvider(lines);
        }

        using IHost host = builder.Build();
        await host.StartAsync();
        if (isCleared)
        {
            Wait.ForFile(file);
        }
        else
        {
            await lines.Seen;
        }

        await host.StopAsync();
    }

    /// <summary>Prints what MemGuard logs: category, level, id, names of properties.</summary>
    private sealed class LineProvider : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly string _category = string.Empty;

        public Task Seen => _seen.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public ILogger CreateLogger(string categoryName) => new LineProvider(this, categoryName);

        public LineProvider()
        {
        }

        private LineProvider(LineProvider owner, string category) => (_seen, _category) = (owner._seen, category);

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (_category == "MemGuard" && eventId.Id == 8000)
            {
                string names = string.Join(",", ((IEnumerable<KeyValuePair<string, object?>>)state!).Select(static pair => pair.Key));
                Console.WriteLine($"{_category} {logLevel} {eventId.Id} {eventId.Name} [{names}] {formatter(state, exception)}");
                _seen.TrySetResult();
            }
        }

        public void Dispose()
        {
        }
    }
}

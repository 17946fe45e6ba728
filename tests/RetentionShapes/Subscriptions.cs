using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace RetentionShapes;

/// <summary>What waits to be called.</summary>
internal static class Subscriptions
{
    private static readonly SemaphoreSlim s_gate = new(0);
    private static readonly TaskCompletionSource s_opened = new();

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("reload-tokens", static (services, count) =>
        {
            IConfiguration configuration = services.GetRequiredService<IConfiguration>();
            Repeat(count, () => ChangeToken.OnChange(configuration.GetReloadToken, new Session().Close));
        })
        {
            Right = ["Configuration", "Session"],
            Next = "dispose",
        },
        new("linked-sources", static (services, count) =>
        {
            CancellationToken stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            Repeat(count, () => CancellationTokenSource.CreateLinkedTokenSource(stopping).Token.Register(new Session().Close));
        })
        {
            Right = ["IHostApplicationLifetime", "linked CancellationTokenSource"],
            Next = "linked CancellationTokenSource",
        },
        new("stopping-registrations", static (services, count) =>
        {
            CancellationToken stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            Repeat(count, () => stopping.Register(new Session().Close));
        })
        {
            Right = ["IHostApplicationLifetime", "Session"],
            Next = "Register",
        },
        new("options-listeners", static (services, count) =>
        {
            IOptionsMonitor<TenantOptions> monitor = services.GetRequiredService<IOptionsMonitor<TenantOptions>>();
            Repeat(count, () => monitor.OnChange(new Session().Change)!);
        })
        {
            Right = ["OptionsMonitor<TenantOptions>", "Session"],
            Next = "OnChange",
        },
        new("process-exit", static (_, count) => Repeat(count, () =>
        {
            Session session = new();
            AppDomain.CurrentDomain.ProcessExit += session.Exit;
            return session;
        }))
        {
            Right = ["ProcessExit", "Session.Exit"],
            Next = "unsubscribe",
        },
        new("delays", static (_, count) => Repeat(count, () => new Session().WaitAsync()))
        {
            Right = ["timers", "async Session.WaitAsync"],
            Next = "wait",
        },
        new("periodic-timers", static (_, count) => Repeat(count, () => new Session().PollAsync()))
        {
            Right = ["timers", "async Session.PollAsync"],
        },
        new("semaphore-waiters", static (_, count) => Repeat(count, () => new Session().EnterAsync(s_gate)))
        {
            Right = ["Subscriptions.s_gate", "async Session.EnterAsync"],
        },
        new("task-waiters", static (_, count) => Repeat(count, () => new Session().FollowAsync(s_opened.Task)))
        {
            Right = ["Subscriptions.s_opened", "async Session.FollowAsync"],
            Next = "complete the task",
        },
        new("timer-per-session", static (_, count) => Repeat(count, () => new Session().Start()))
        {
            Right = ["timers", "Session"],
            Next = "dispose the timers",
        },
    ];

    private static void Repeat(int count, Func<object> make)
    {
        for (int i = 0; i < count; i++)
        {
            GC.KeepAlive(make());
        }
    }
}

internal sealed class Session
{
    private readonly byte[] _state = new byte[900];

    public void Close() => GC.KeepAlive(_state);

    public void Change(TenantOptions options, string? name) => GC.KeepAlive(_state);

    public void Exit(object? sender, EventArgs args) => GC.KeepAlive(_state);

    public async Task WaitAsync()
    {
        await Task.Delay(TimeSpan.FromDays(1));
        GC.KeepAlive(_state);
    }

    public async Task PollAsync()
    {
        PeriodicTimer timer = new(TimeSpan.FromDays(1));
        while (await timer.WaitForNextTickAsync())
        {
            GC.KeepAlive(_state);
        }
    }

    public async Task EnterAsync(SemaphoreSlim gate)
    {
        await gate.WaitAsync();
        GC.KeepAlive(_state);
    }

    public async Task FollowAsync(Task task)
    {
        await task;
        GC.KeepAlive(_state);
    }

    public Timer Start() => new(_ => Close(), null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
}

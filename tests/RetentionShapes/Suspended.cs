using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace RetentionShapes;

/// <summary>Methods that have begun and do not end.</summary>
internal static class Suspended
{
    private static readonly List<IEnumerator<int>> s_cursors = [];
    private static readonly List<Task<Page>> s_done = [];
    private static readonly Channel<string> s_lines = Channel.CreateUnbounded<string>();
    private static readonly TaskCompletionSource s_first = new();
    private static Task _tail = s_first.Task;

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("pending-replies", static services => services.GetRequiredService<RpcClient>().AskAsync(), "DI singleton RpcClient._pending", "TaskCompletionSource<string>"),
        Shape.Each("iterators", static _ => Open(), "static Suspended.s_cursors → List<IEnumerator<int>>", "Suspended.Read"),
        Shape.Each("async-streams", static _ => TailAsync(), "static Suspended.s_lines", "async Suspended.TailAsync|Suspended.LinesAsync"),
        Shape.Each("finished-tasks", static _ => Finish(), "static Suspended.s_done → List<Task<Page>>") with { Wrong = ["waiting"], Next = "bound" },
        Shape.Each("chain-of-tasks", static _ => _tail = AfterAsync(_tail, new Page()), "static Suspended.s_first|static Suspended._tail", "async Suspended.AfterAsync") with { Next = "complete the task" },
        Shape.Each("work-queue", static services => services.GetRequiredService<WorkQueue>().Post(new Page()), "DI singleton WorkQueue._work", "closure created in WorkQueue.Post"),
        new("variable-of-a-worker", static (services, count) => services.GetRequiredService<PollWorker>().Run(count)) { Right = ["async PollWorker.ExecuteAsync", "seen", "List<Reply>"] },
        new("variable-of-a-thread", static (services, count) => services.GetRequiredService<Consumer>().Run(count)) { Right = ["local variables", "List<Ticket>"], Wrong = ["static "] },
    ];

    private static IEnumerator<int> Open()
    {
        IEnumerator<int> cursor = Read(new byte[900]).GetEnumerator();
        cursor.MoveNext();
        s_cursors.Add(cursor);
        return cursor;
    }

    private static IEnumerable<int> Read(byte[] file)
    {
        foreach (byte value in file)
        {
            yield return value;
        }
    }

    private static async Task TailAsync()
    {
        byte[] window = new byte[900];
        await foreach (string line in LinesAsync())
        {
            GC.KeepAlive((window, line));
        }
    }

    private static async IAsyncEnumerable<string> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            yield return await s_lines.Reader.ReadAsync(cancellationToken);
        }
    }

    private static Task<Page> Finish()
    {
        Task<Page> task = Task.FromResult(new Page());
        s_done.Add(task);
        return task;
    }

    private static async Task AfterAsync(Task before, Page page)
    {
        await before;
        GC.KeepAlive(page);
    }
}

internal sealed class RpcClient
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<string>> _pending = new();

    public async Task<int> AskAsync()
    {
        byte[] request = new byte[900];
        TaskCompletionSource<string> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending.TryAdd(Guid.NewGuid(), reply);
        string text = await reply.Task;
        return request.Length + text.Length;
    }
}

internal sealed class WorkQueue
{
    private readonly Channel<Func<CancellationToken, ValueTask>> _work = Channel.CreateUnbounded<Func<CancellationToken, ValueTask>>();

    public Page Post(Page page)
    {
        _work.Writer.TryWrite(_ =>
        {
            GC.KeepAlive(page);
            return ValueTask.CompletedTask;
        });
        return page;
    }
}

internal sealed class PollWorker : BackgroundService
{
    private readonly Channel<int> _commands = Channel.CreateUnbounded<int>();
    private readonly SemaphoreSlim _done = new(0);

    public void Run(int count)
    {
        _commands.Writer.TryWrite(count);
        _done.Wait();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Reply> seen = [];
        await foreach (int count in _commands.Reader.ReadAllAsync(stoppingToken))
        {
            for (int i = 0; i < count; i++)
            {
                seen.Add(new Reply());
            }

            _done.Release();
        }
    }
}

internal sealed class Consumer
{
    private readonly BlockingCollection<int> _commands = [];
    private readonly SemaphoreSlim _done = new(0);

    public Consumer() => new Thread(Consume) { IsBackground = true, Name = "consumer" }.Start();

    public void Run(int count)
    {
        _commands.Add(count);
        _done.Wait();
    }

    private void Consume()
    {
        List<Ticket> tickets = [];
        foreach (int count in _commands.GetConsumingEnumerable())
        {
            for (int i = 0; i < count; i++)
            {
                tickets.Add(new Ticket());
            }

            _done.Release();
        }

        GC.KeepAlive(tickets);
    }
}

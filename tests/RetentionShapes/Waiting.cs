namespace RetentionShapes;

/// <summary>What waits, and what only looks like it.</summary>
internal static class Waiting
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("cancel-after", static (services, count) => CancelLater(count))
        {
            Right = ["CancellationTokenSource", "timers"],
            Next = "CancellationTokenSource",
            Count = 15_000,
        },
        new("completed-task", static (_, count) => TaskHold.Add(count))
        {
            Right = ["static TaskHold.s_last", "List<Reply>"],
            Wrong = ["waiting"],
            Next = "bound",
        },
        new("http-clients", static (services, count) => CreateClients(services, count))
        {
            Right = ["IHttpClientFactory", "_activeHandlers"],
            Next = "name",
            Count = 1000,
        },
    ];

    private static int _tenants;

    private static void CancelLater(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = new CancellationTokenSource(TimeSpan.FromHours(5));
        }
    }

    private static void CreateClients(IServiceProvider services, int count)
    {
        IHttpClientFactory factory = services.GetRequiredService<IHttpClientFactory>();
        for (int i = 0; i < count; i++)
        {
            using HttpClient client = factory.CreateClient($"tenant-{_tenants++}");
        }
    }
}

internal static class TaskHold
{
    private static readonly Task<List<Reply>> s_last = Task.FromResult(new List<Reply>());

    public static void Add(int count)
    {
        List<Reply> replies = s_last.GetAwaiter().GetResult();
        for (int i = 0; i < count; i++)
        {
            replies.Add(new Reply());
        }
    }
}

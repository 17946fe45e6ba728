using MemGuard.Bounded;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>An import collects the result of every row for a report that nobody reads. The fix streams the results.</summary>
internal sealed class BatchScenario : Scenario
{
    private const int RowsPerRequest = 4;

    private static readonly List<User> Results = [];

    private readonly Lock _gate = new();

    public override string Name => "batch";

    public override string Story => "every import adds its results to one list that only grows";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override string Structure => "import";

    public override async Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        IEnumerable<int> rows = Enumerable.Range(id * RowsPerRequest, RowsPerRequest);
        if (!isFixed)
        {
            User[] all = await Task.WhenAll(rows.Select(static row => Task.Run(() => User.Load(row))));
            lock (_gate)
            {
                Results.AddRange(all);
                return $"imported {Results.Count}";
            }
        }

        int imported = 0;
        BatchOptions<int> options = new() { Name = "import", MaxConcurrency = 2 };
        await foreach (User _ in Batch.SelectAsync(rows, options, static (row, _) => ValueTask.FromResult(User.Load(row)), cancellationToken))
        {
            imported++;
        }

        return $"imported {imported}";
    }
}

using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A report of 150 MB now and then, released at once: no leak, whatever the working set looks like.</summary>
internal sealed class SpikeScenario : Scenario
{
    private const int RequestsBetweenReports = 2_000;
    private const int ReportMegabytes = 150;

    public override string Name => "spike";

    public override string Story => "a large report every 20 seconds, released at once: nothing may be confirmed";

    public override MemoryProblem Expected => MemoryProblem.None;

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken) =>
        Task.FromResult(id % RequestsBetweenReports == RequestsBetweenReports / 2 ? $"report of {Report()} bytes" : User.Load(id).Name);

    private static long Report()
    {
        List<byte[]> pages = [];
        for (int i = 0; i < ReportMegabytes; i++)
        {
            byte[] page = new byte[1024 * 1024];
            page.AsSpan().Fill(1);
            pages.Add(page);
        }

        return pages.Sum(static page => (long)page.Length);
    }
}

using System.Text;
using System.Text.Json;
using MemGuard.Evidence;
using MemGuard.Sampling;

namespace MemGuard.Tests.Evidence.Reports;

public sealed class ReportComposerTests : IDisposable
{
    private const string Hostile = "<img src=x onerror=alert(1)> \"quoted\" \u001b[31m\u202e\u0000 \ud800 → ü";
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);
    private readonly SampleHistory _samples = new();
    private readonly ReportComposer _composer = new();

    public void Dispose() => _composer.Dispose();

    [Fact]
    public void Compose_NothingKnown_IsWholeAndSaysNull()
    {
        JsonElement report = Compose(Facts());

        Assert.Equal(JsonValueKind.Null, report.GetProperty("memory").ValueKind);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("problem").ValueKind);
        Assert.Empty(report.GetProperty("truncated").EnumerateArray());
    }

    [Fact]
    public void Compose_EverythingKnown_KeepsEveryFigure()
    {
        JsonElement report = Compose(Full(structures: 3, assemblies: 5));

        JsonElement memory = report.GetProperty("memory");
        Assert.Equal(300_000_000, memory.GetProperty("workingSetBytes").GetInt64());
        Assert.Equal(512_000_000, memory.GetProperty("limitBytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, memory.GetProperty("unmanagedBytes").ValueKind);
        Assert.Equal(3960.5, report.GetProperty("problem").GetProperty("timeToLimitSeconds").GetDouble());
        Assert.Equal(3, report.GetProperty("structures").GetArrayLength());
        Assert.Equal(5, report.GetProperty("assemblies").GetArrayLength());
        Assert.Empty(report.GetProperty("truncated").EnumerateArray());
    }

    [Fact]
    public void Compose_HostileTexts_AreTextAndNothingElse()
    {
        byte[] bytes = _composer.Compose(Full(1, 1), ReportCause.Confirmed, Now).ToArray();

        string json = Encoding.UTF8.GetString(bytes);
        string reason = ReportFormat.Check(bytes).GetProperty("problem").GetProperty("reason").GetString()!;
        Assert.DoesNotContain("<img", json, StringComparison.Ordinal);
        Assert.DoesNotContain(reason, static letter => char.IsControl(letter) || letter == '\u202e' || char.IsSurrogate(letter));
        Assert.StartsWith("<img src=x onerror=alert(1)> \"quoted\" ", reason, StringComparison.Ordinal);
        Assert.EndsWith("→ ü", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_MoreThanFits_IsCutWholeAndSaysWhere()
    {
        ReportFacts facts = Full(structures: 5_000, assemblies: 5_000);

        byte[] bytes = _composer.Compose(facts, ReportCause.Requested, Now).ToArray();

        JsonElement report = ReportFormat.Check(bytes);
        Assert.InRange(bytes.Length, 1, ReportComposer.MaxBytes);
        Assert.InRange(report.GetProperty("structures").GetArrayLength(), 20, 4_999);
        Assert.Equal(["structures", "assemblies"], report.GetProperty("truncated").EnumerateArray().Select(static name => name.GetString()));
        Assert.Equal(["structures", "assemblies"], _composer.Truncated);
    }

    [Fact]
    public void Compose_ASectionThatFails_LeavesTheOthersWhole()
    {
        ReportFacts facts = new(Process(), _samples, new ReportHistory()) { ReadSelf = static () => throw new InvalidOperationException("planted") };

        JsonElement report = Compose(facts);

        Assert.Equal(["self"], report.GetProperty("truncated").EnumerateArray().Select(static name => name.GetString()));
        Assert.True(report.TryGetProperty("configuration", out _));
    }

    [Fact]
    public void Compose_AfterItsFirst_AllocatesNothing()
    {
        ReportFacts facts = Full(structures: 20, assemblies: 100);
        long least = long.MaxValue;
        for (int round = 0; round < 6; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = _composer.Compose(facts, ReportCause.OutOfMemory, Now);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void ToText_WritesFiguresWithTheirUnits()
    {
        DiagnosticReport report = new() { Cause = ReportCause.Confirmed, WrittenAt = Now, Utf8Json = _composer.Compose(Full(2, 2), ReportCause.Confirmed, Now).ToArray() };

        string text = report.ToText();

        Assert.Contains("  workingSetBytes: 286.1 MB\n", text, StringComparison.Ordinal);
        Assert.Contains("  timeToLimitSeconds: 66 min\n", text, StringComparison.Ordinal);
        Assert.Contains("  bytesPerHour: +12.6 MB/min\n", text, StringComparison.Ordinal);
        Assert.Contains("  unmanagedBytes: unknown\n", text, StringComparison.Ordinal);
        Assert.Contains("previousRun: none\n", text, StringComparison.Ordinal);
    }

    private static ReportedProcess Process() => new()
    {
        MemGuardVersion = ReportedText.Of("1.2.3"),
        Application = ReportedText.Of("shop"),
        Framework = ReportedText.Of(".NET 10.0.12"),
        OperatingSystem = ReportedText.Of("Debian GNU/Linux"),
        Architecture = ReportedText.Of("x64"),
        ProcessorCount = 2,
        Environment = [(ReportedText.Of("DOTNET_gcServer"), ReportedText.Of("1")), (ReportedText.Of("DOTNET_ROOT"), null)],
    };

    private ReportFacts Facts() => new(Process(), _samples, new ReportHistory()) { ReadSelf = static () => default };

    private ReportFacts Full(int structures, int assemblies)
    {
        ReportFacts facts = Facts();
        for (int second = 0; second < 10_000; second++)
        {
            MemorySample sample = new() { Elapsed = TimeSpan.FromSeconds(second), WorkingSetBytes = 300_000_000, AnonymousBytes = 200_000_000, MemoryLimitBytes = 512_000_000, Gen2LiveBytes = 100_000_000 + second };
            _samples.Add(sample);
            facts.History.Add(sample);
        }

        facts.Problem = new ReportedProblem
        {
            Problem = ReportedText.Of("managed_leak"),
            IsConfirmed = true,
            Reason = ReportedText.Of(Hostile),
            NextStep = ReportedText.Of("bound it"),
            BytesPerHour = 12.6 * 60 * (1 << 20),
            TimeToLimit = TimeSpan.FromSeconds(3960.5),
            Trends = [new ReportedTrend(ReportedText.OfName(MemGuard.Trends.MemorySeries.LiveHeap), 1, 2, TimeSpan.FromMinutes(14), double.NaN, 0.5, 2, 0.99)],
        };
        facts.Suspects = [new ReportedSuspect(ReportedText.Of("static UserService._cache → " + Hostile), 143_000_000, 412_003, ReportedText.Of("entries"), 0.81, null)];
        facts.Limits = new ReportedLimits { HeapLimitOrigin = ReportedText.Of("containerDefault"), Findings = [(ReportedText.Of("no-room"), ReportedText.Of("warning"), ReportedText.Of(Hostile), ReportedText.Of("set it"))] };
        facts.Alerts = [.. Enumerable.Range(0, 8).Select(static _ => new ReportedAlert(TimeSpan.FromMinutes(3), ReportedText.Of("managed_leak"), ReportedText.Of("confirmed"), ReportedText.Of(new string('→', 5_000))))];
        facts.Settings = [(ReportedText.Of("warmUpSeconds"), ReportedSetting.Of(30)), (ReportedText.Of("memoryLimitBytes"), ReportedSetting.Of((double?)null)), (ReportedText.Of("blackBox"), ReportedSetting.Of(true))];
        facts.Inventory = new ReportedInventory
        {
            Structures = [.. Enumerable.Range(0, structures).Select(static i => new ReportedStructure(ReportedText.Of($"{Hostile} {i}"), ReportedText.Of("cache"), i, 1_000, null, null, long.MaxValue, 0, 5, TimeSpan.FromSeconds(1.5)))],
            Assemblies = [.. Enumerable.Range(0, assemblies).Select(static i => (ReportedText.Of($"Some.Rather.Long.Assembly.Name.{i}"), ReportedText.Of("10.0.0.0")))],
            Generations = [new ReportedGeneration(ReportedText.Of("gen2"), 5, 1)],
            InternalErrors = [(ReportedText.Of("the logger"), 3)],
            ThreadCount = 21,
        };
        return facts;
    }

    private JsonElement Compose(ReportFacts facts) => ReportFormat.Check(_composer.Compose(facts, ReportCause.Requested, Now).ToArray());
}

using MemGuard.Evidence;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>Options of <c>AddMemGuard</c>. Bound from the configuration section <c>MemGuard</c> and validated when the host starts.</summary>
/// <remarks>
/// <see cref="Sensitivity"/>, the growth and horizon options, <see cref="Thresholds"/>, <see cref="AlertCooldown"/>, <see cref="Rearm"/>,
/// <see cref="ConfirmWithFullCollection"/>, <see cref="IgnoredProblems"/>, <see cref="LogGarbageCollections"/>, <see cref="Probe"/>, <see cref="CpuBudgetPercentage"/>, <see cref="RecordTo"/> and <see cref="Enabled"/> follow changes of the configuration at run time;
/// the others are read at start, and when <see cref="Enabled"/> turns MemGuard on again.
/// </remarks>
public sealed class MemGuardOptions
{
    /// <summary>
    /// Whether MemGuard runs at all. The environment variable <c>MEMGUARD_DISABLED</c> (<c>1</c>, <c>true</c>, <c>yes</c> or <c>on</c>) turns it off
    /// too. While it is off no other option is checked.
    /// </summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two samples. A sample costs a few microseconds.</summary>
    /// <value>The default is 1 second. Must be from 100 milliseconds to 1 hour.</value>
    public TimeSpan SamplingInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The most that watching may cost, in percent of one core: processor time of the sampling and recording threads over five minutes, after two
    /// of warm-up. Above it what is dear is read six times less often, then samples are taken ten times less often; each step is said once, and taken back
    /// after half an hour below half of it.
    /// </summary>
    /// <value>The default is 1. Must be from 0.01 to 100; null for no budget. Has an effect on Linux only, where a thread's processor time is known.</value>
    public double? CpuBudgetPercentage { get; set; } = 1;

    /// <summary>Time after process start during which growth is expected and raises nothing.</summary>
    /// <value>The default is 30 seconds. Must be from 0 to 1 day.</value>
    public TimeSpan WarmUp { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How readily growth counts as a problem.</summary>
    /// <value>The default is <see cref="Sensitivity.Normal"/>.</value>
    public Sensitivity Sensitivity { get; set; } = Sensitivity.Normal;

    /// <summary>Growth below this many bytes is never a problem, whatever its shape.</summary>
    /// <value>The default is 4 MiB. Must be from 0 to 1 TiB.</value>
    public long MinimumGrowthBytes { get; set; } = 4L * 1024 * 1024;

    /// <summary>Growth below this share of the level it started from is never a problem.</summary>
    /// <value>The default is 0.05. Must be from 0 to 10.</value>
    public double MinimumGrowthRatio { get; set; } = 0.05;

    /// <summary>Slow growth that would reach the limit later than this is not raised.</summary>
    /// <value>The default is 30 days. Must be from 1 hour to 365 days.</value>
    public TimeSpan Horizon { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The memory limit of the process in bytes, where it is tighter than what MemGuard finds (container and heap limits).</summary>
    /// <value>The default is null: use what is found. Must be at least 16 MiB.</value>
    public long? MemoryLimitBytes { get; set; }

    /// <summary>
    /// Whether a suspicion may ask for background full collections to confirm or withdraw it: six an episode at least 10 s apart,
    /// then none for 10 minutes or, where the limit is nearer, for an eighth of the time that is left, or until the heap has grown by an eighth; 24 a day, each after a collection of generation 0. Never a blocking full one; nothing is asked for
    /// where concurrent collection is off.
    /// </summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool ConfirmWithFullCollection { get; set; } = true;

    /// <summary>After an alert, the same problem at the same stage stays quiet for this long.</summary>
    /// <value>The default is 1 hour. Must be from 0 to 30 days.</value>
    public TimeSpan AlertCooldown { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A confirmed problem ends when there was no evidence of it for this long.</summary>
    /// <value>The default is 6 hours. Must be from 1 minute to 30 days.</value>
    public TimeSpan Rearm { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The longest that a confirmed alert waits for its evidence before the line is written without it.</summary>
    /// <value>The default is 30 seconds. Must be from 0, which asks for no evidence at all, to 10 minutes.</value>
    public TimeSpan EvidenceTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that one alert handler may take before the next one is called.</summary>
    /// <value>The default is 10 seconds. Must be from 100 milliseconds to 10 minutes.</value>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Levels at which a problem counts as one.</summary>
    public MemoryThresholds Thresholds { get; } = new();

    /// <summary>What <see cref="IMemoryProbe"/> may do.</summary>
    public MemoryProbeOptions Probe { get; } = new();

    /// <summary>Problems that are never raised.</summary>
    /// <value>Empty by default.</value>
    public ISet<MemoryProblem> IgnoredProblems { get; } = new HashSet<MemoryProblem>();

    /// <summary>Cumulative load signal, for example requests served; growth that only follows the load is no leak. Called on the thread pool, once a sample at most; it must be thread-safe. One that is slow or throws costs its own value only.</summary>
    /// <value>The default is null: in ASP.NET Core the count of its requests, by routing's meter <c>Microsoft.AspNetCore.Routing</c> where routing sees them all, else by <c>Microsoft.AspNetCore.Hosting</c>, which has hosting prepare tags for each request unless something listens to it already; both are compared for the first hundred requests and again every few hundred samples. Elsewhere the allocation rate. Where far more is allocated than the load usually takes, that counts as load too.</value>
    public Func<double>? LoadSignal { get; set; }

    /// <summary>Directory into which every sample is recorded as CSV, which <c>samples/Replay</c> reads. Costs about 25 MB a day at one sample a second.</summary>
    /// <value>The default is null: nothing is recorded.</value>
    public string? RecordTo { get; set; }

    /// <summary>Size at which a recording is closed and the next one begins.</summary>
    /// <value>The default is 32 MiB. Must be from 64 KiB to 1 GiB.</value>
    public long RecordMaxFileBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>How many recordings are kept; the oldest is deleted.</summary>
    /// <value>The default is 4. Must be from 1 to 100.</value>
    public int RecordMaxFiles { get; set; } = 4;

    /// <summary>
    /// Which garbage collections get a log line: generation, kind, pause, sizes; what is not told is counted in the next line. A line costs a few
    /// microseconds and some kilobytes, in the sample after a collection; at most 40 in ten seconds, then a summary.
    /// </summary>
    /// <value>The default is <see cref="GarbageCollectionLogging.Off"/>.</value>
    public GarbageCollectionLogging LogGarbageCollections { get; set; }

    /// <summary>Address of the folder with MemGuard's documentation, to which the links in lines and alerts lead: your own copy, where the network has no other.</summary>
    /// <value>The default is null: <c>docs</c> in the repository that the package names; where it names none, the path in the repository. Must be an absolute address of http or https.</value>
    public string? HelpLinkBase { get; set; }

    /// <summary>
    /// Whether the leak suspects of confirmed problems are published as <c>memguard.suspect.info</c>, with name and fingerprint as tags: the same leak on
    /// all replicas is then one row. At most 20 different ones in a process's life, each a series of your metrics backend.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool PublishSuspects { get; set; }

    /// <summary>
    /// Whether a black box is written: a file of 16 KB that survives the process, however it ends. The next start says in one line how that was. Costs
    /// a few microseconds a sample; at most 16 files of ended processes are kept. Holds figures and names, no contents.
    /// </summary>
    /// <value>The default is <see langword="true"/>. Where there is no safe place to write, it is off and a line says so.</value>
    public bool BlackBox { get; set; } = true;

    /// <summary>
    /// Whether a diagnostic report is written when a problem is confirmed (one an hour at most), and when an exception ends the process,
    /// failed allocations included: JSON of at most 192 KB, 16 of them, figures and names only. In a process that may run out of memory soon it costs some 250 KB, of which only what was written is resident.
    /// </summary>
    /// <value>The default is <see langword="true"/>. They lie beside the black boxes; where there is no safe place, none are written and a line says so.</value>
    public bool DiagnosticReports { get; set; } = true;

    /// <summary>Where black boxes and diagnostic reports lie: a private directory is made in it, links are refused. It must outlive the process; in a container that is a volume.</summary>
    /// <value>The default is null: the service manager's <c>STATE_DIRECTORY</c> where it is set, else <c>memguard-{user}-{application}</c> below the system's temporary directory.</value>
    public string? BlackBoxDirectory { get; set; }
}

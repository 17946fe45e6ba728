using System.Globalization;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Notices that collectible assemblies come in quick succession, as where scripts are compiled and thrown away.</summary>
/// <remarks>
/// Measured on .NET 10.0.12: without <see cref="HeldAssemblies"/> the runtime's heap walk crashed in every run while contexts were loaded and unloaded, at 1,
/// 5 and 30 a second; with it in two of sixteen, at 100 dynamic assemblies a second and at 30 contexts under server GC. Whoever loads one now and then is
/// not refused.
/// </remarks>
internal sealed class CollectibleLoads : IDisposable
{
    private const int Many = 3;
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _timeProvider;

    // Guards what follows: assemblies are loaded by any thread.
    private readonly Lock _gate = new();

    // When the last ones were loaded, in a ring.
    private readonly long[] _times = new long[Many];
    private long _count;

    public CollectibleLoads(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        AppDomain.CurrentDomain.AssemblyLoad += OnLoad;
    }

    /// <returns>Why the heap must not be walked now; null when it may.</returns>
    public string? FindObstacle()
    {
        lock (_gate)
        {
            return _count >= Many && _timeProvider.GetElapsedTime(_times[_count % Many]) < Lately
                ? string.Create(CultureInfo.InvariantCulture, $"{Many} or more collectible assemblies were loaded in the last {Lately.TotalSeconds:F0} s, and the runtime's heap walk can crash the process while such come and go; ask again when they have settled")
                : null;
        }
    }

    public void Dispose() => AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;

    // Runs on the thread that loads: an exception would go into the host's code.
    private void OnLoad(object? sender, AssemblyLoadEventArgs load) => Containment.Run((Self: this, load.LoadedAssembly), static loaded =>
    {
        if (loaded.LoadedAssembly.IsCollectible)
        {
            loaded.Self.Note();
        }
    });

    private void Note()
    {
        long now = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            _times[_count++ % Many] = now;
        }
    }
}

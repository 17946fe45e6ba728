using System.Diagnostics.CodeAnalysis;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.HeapSnapshots.Service;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>The snapshots on disk. An id is looked for in the list of what is there; it is never a path.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as the routes do; a semaphore whose handle nobody asks for holds nothing.")]
internal sealed class SnapshotLibrary(HeapSnapshotService? service)
{
    // A file is read whole: one at a time, however many ask.
    private readonly SemaphoreSlim _reading = new(1, 1);

    /// <summary>What has been read of the files by their names; no more than are kept. Guarded by itself.</summary>
    private readonly Dictionary<string, SnapshotSummary?> _summaries = new(StringComparer.Ordinal);

    // 1 while a file is being sent.
    private int _isSending;

    private volatile NewestPlaces _newest = new(null, []);

    /// <summary>Changes with the list; as of the last look.</summary>
    public string Version { get; private set; } = "";

    public SnapshotList List()
    {
        if (service is null)
        {
            return new SnapshotList { Snapshots = [], NoneBecause = "No snapshots are taken here." };
        }

        IReadOnlyList<KeptSnapshot> kept = service.ListKept();
        List<SnapshotSummary> list = [.. kept.Select(Summarize).OfType<SnapshotSummary>()];
        Forget(kept);
        Version = list is [{ } newest, ..] ? $"{list.Count}{newest.Id[^8..]}" : "";
        return new SnapshotList { Snapshots = list, NoneBecause = list.Count > 0 ? null : "No snapshot yet. One is taken when growth is suspected, and another when it is confirmed." };
    }

    /// <returns>Null when there is none of that id.</returns>
    public Task<SnapshotDetail?> ReadAsync(string id, CancellationToken cancellationToken) =>
        WithSnapshots([id], static (ids, snapshots) => SnapshotWriter.WriteDetail(ids[0], snapshots[0]), cancellationToken);

    /// <returns>Null when one of the two is gone.</returns>
    public Task<SnapshotDiffPage?> CompareAsync(string from, string to, CancellationToken cancellationToken) =>
        WithSnapshots([from, to], static (ids, snapshots) => SnapshotWriter.WriteDiff(ids[0], snapshots[0], ids[1], snapshots[1]), cancellationToken);

    /// <summary>Opens a snapshot's file to be sent; disposing it lets the next one be.</summary>
    /// <returns>No file where there is none of that id, or another one is being sent.</returns>
    public (Stream? File, bool IsBusy) TryOpenFile(string id)
    {
        if (service?.ListKept().FirstOrDefault(kept => kept.Name == id) is not { } found)
        {
            return (null, false);
        }

        if (Interlocked.Exchange(ref _isSending, 1) == 1)
        {
            return (null, true);
        }

        Stream? file = service.OpenKeptFile(found);
        if (file is null)
        {
            Volatile.Write(ref _isSending, 0);
            return (null, false);
        }

        return (new SentFile(file, () => Volatile.Write(ref _isSending, 0)), false);
    }

    /// <summary>What the newest snapshot names; empty without one.</summary>
    public IReadOnlyList<HeapDominator> NewestDominators()
    {
        if (service?.ListKept() is not [{ } newest, ..])
        {
            return [];
        }

        if (_newest.Name != newest.Name)
        {
            using HeapSnapshot? snapshot = service.OpenKept(newest);
            _newest = new NewestPlaces(newest.Name, snapshot?.Dominators ?? []);
        }

        return _newest.Places;
    }

    private async Task<TPage?> WithSnapshots<TPage>(string[] ids, Func<string[], HeapSnapshot[], TPage> write, CancellationToken cancellationToken)
        where TPage : class
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        List<HeapSnapshot> opened = [];
        try
        {
            foreach (string id in ids)
            {
                if (service?.ListKept().FirstOrDefault(kept => kept.Name == id) is not { } found || service.OpenKept(found) is not { } snapshot)
                {
                    return null;
                }

                opened.Add(snapshot);
            }

            return write(ids, [.. opened]);
        }
        finally
        {
            _reading.Release();
            opened.ForEach(static snapshot => snapshot.Dispose());
        }
    }

    private SnapshotSummary? Summarize(KeptSnapshot kept)
    {
        lock (_summaries)
        {
            if (!_summaries.TryGetValue(kept.Name, out SnapshotSummary? summary))
            {
                using HeapSnapshot? snapshot = service!.OpenKept(kept);
                summary = snapshot is null ? null : SnapshotWriter.WriteSummary(kept.Name, snapshot);
                _summaries[kept.Name] = summary;
            }

            return summary;
        }
    }

    private void Forget(IReadOnlyList<KeptSnapshot> kept)
    {
        lock (_summaries)
        {
            foreach (string gone in _summaries.Keys.Except(kept.Select(static one => one.Name)).ToList())
            {
                _summaries.Remove(gone);
            }
        }
    }

    private sealed record NewestPlaces(string? Name, IReadOnlyList<HeapDominator> Places);
}

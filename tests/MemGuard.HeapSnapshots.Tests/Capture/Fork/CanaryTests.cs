using System.Runtime;
using System.Runtime.InteropServices;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>A handle that is freed twice is somebody else's by then: a thread of the host that starts on it ends the process (dotnet/runtime#103129).</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class CanaryTests
{
    private const int HandlesOfEachKind = 2_000;

    [Fact]
    public void Dispose_Twice_LeavesTheHandlesOfOthersAlone()
    {
        Canary canary = new();
        canary.Dispose();
        object[] targets = [.. Enumerable.Range(0, HandlesOfEachKind).Select(static _ => new object())];
        GCHandle[] strong = [.. targets.Select(static target => GCHandle.Alloc(target))];
        GCHandle[] weak = [.. targets.Select(static target => GCHandle.Alloc(target, GCHandleType.Weak))];
        GCHandle[] pinned = [.. targets.Select(static target => GCHandle.Alloc(target, GCHandleType.Pinned))];
        DependentHandle[] dependent = [.. targets.Select(static target => new DependentHandle(target, target))];

        canary.Dispose();

        for (int i = 0; i < HandlesOfEachKind; i++)
        {
            Assert.Same(targets[i], strong[i].Target);
            Assert.Same(targets[i], weak[i].Target);
            Assert.Same(targets[i], pinned[i].Target);
            Assert.Same(targets[i], dependent[i].Target);
            strong[i].Free();
            weak[i].Free();
            pinned[i].Free();
            dependent[i].Dispose();
        }
    }
}

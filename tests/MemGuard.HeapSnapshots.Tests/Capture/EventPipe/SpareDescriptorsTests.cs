using MemGuard.HeapSnapshots.Capture;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.HeapSnapshots.Tests.Capture.EventPipe;

public sealed class SpareDescriptorsTests
{
    [Fact]
    public void FindShortage_OrdinaryProcess_IsNone() => Assert.Null(SpareDescriptors.FindShortage());

    [Fact]
    public void FindShortage_TooFewLeft_SaysSoAndKeepsNoneOpen()
    {
        List<SafeFileHandle> opened = [];

        string? shortage = SpareDescriptors.FindShortage(() =>
        {
            if (opened.Count == 20)
            {
                throw new IOException("Too many open files");
            }

            opened.Add(File.OpenHandle("/dev/null"));
            return opened[^1];
        });

        Assert.Contains("ulimit -n", shortage, StringComparison.Ordinal);
        Assert.Equal(20, opened.Count);
        Assert.All(opened, static handle => Assert.True(handle.IsClosed));
    }
}

using System.Diagnostics;
using System.Globalization;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

/// <summary>Real processes whose <c>malloc</c> is another library's, where that is installed (Debian: libjemalloc2, libmimalloc2.0, libtcmalloc-minimal4).</summary>
public sealed class PreloadedAllocatorTests
{
    private const long MB = 1 << 20;
    [Fact]
    public async Task Ledger_CLibrary_HasWhatIsUsedAndWhatIsKept() => IsWhole(await RunAsync(""));

    [PreloadFact("libjemalloc.so.2")]
    public async Task Ledger_Jemalloc_HasItsOwnFigures() => IsWhole(await RunAsync(PreloadFactAttribute.Find("libjemalloc.so.2")!));

    [PreloadFact("libmimalloc.so.2")]
    public Task Ledger_Mimalloc_IsUnknownAndNeverZero() => IsUnknownAsync("libmimalloc.so.2");

    [PreloadFact("libtcmalloc_minimal.so.4")]
    public Task Ledger_Tcmalloc_IsUnknownAndNeverZero() => IsUnknownAsync("libtcmalloc_minimal.so.4");

    [Theory]
    [InlineData("libc.so.6", true)]
    [InlineData("libc-2.31.so", true)]
    [InlineData("libc.musl-x86_64.so.1", true)]
    [InlineData("ld-musl-x86_64.so.1", true)]
    [InlineData("libjemalloc.so.2", false)]
    [InlineData("libcmalloc.so", false)]
    public void IsCLibrary_FileName_TellsItFromOthers(string name, bool expected) => Assert.Equal(expected, AllocatorLibrary.IsCLibrary(name));

    private static void IsWhole((long? Used, long? Free, long Other, string Output) read)
    {
        Assert.InRange(read.Used!.Value, 32 * MB, 60 * MB);
        Assert.InRange(read.Free!.Value, 24 * MB, 60 * MB);
    }

    private static async Task IsUnknownAsync(string library)
    {
        (long? used, long? free, long other, string output) = await RunAsync(PreloadFactAttribute.Find(library)!);

        Assert.Equal((null, null), (used, free));
        Assert.InRange(other, 32 * MB, 200 * MB);
        Assert.Contains($"{library} answers malloc here", output, StringComparison.Ordinal);
    }

    private static async Task<(long? Used, long? Free, long Other, string Output)> RunAsync(string library)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "BlackBoxChild.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, "ledger", Path.GetTempPath()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LD_PRELOAD"] = library;
        using Process child = Process.Start(start)!;
        string[] output = await Task.WhenAll(child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        await child.WaitForExitAsync();
        string[] words = output[0].Split('\n').Single(static line => line.StartsWith("ledger ", StringComparison.Ordinal)).Split(' ');
        return (Bytes(words[1]), Bytes(words[2]), Bytes(words[3])!.Value, string.Concat(output));
    }

    private static long? Bytes(string word) => long.TryParse(word, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
}

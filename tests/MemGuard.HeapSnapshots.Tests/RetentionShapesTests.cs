using System.Diagnostics;
using MemGuard.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>The ways of holding memory of the RetentionShapes application, which is started as a process of its own.</summary>
public sealed class RetentionShapesTests
{
    private static readonly TimeSpan ShortLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongLimit = TimeSpan.FromHours(1);

    // One of each kind; the long form has all.
    private static readonly string[] Short =
    [
        "shared-crowds", "ef-tracker", "twin-names", "same-static-name", "not-the-singleton", "factory-interface", "handle-array", "cancel-after", "completed-task",
        "http-clients", "cwt-object-tag", "deep-struct", "two-statics", "main-variable", "linked-sources", "transient-disposables", "native-bitmaps", "plugin-copies", "signalr-connections", "skia-bitmaps",
        "generic-event", "middleware-field", "scoped-from-root", "registered-waits", "mapped-files", "async-local-chain", "async-local-of-many",
    ];

    [Fact]
    public async Task Evidence_EveryShape_IsNamedRight()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "RetentionShapes.dll"), .. SoakLength.IsLong ? ["all"] : Short])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(SoakLength.IsLong ? LongLimit : ShortLimit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("It has not ended in time. " + await output + await errors);
        }

        Assert.True(process.ExitCode == 0, await output + await errors);
        Assert.DoesNotContain("WRONG", await output, StringComparison.Ordinal);
    }
}

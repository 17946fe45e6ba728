using System.Diagnostics;
using MemGuard.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>The ways of holding memory of the RetentionShapes application, which is started as a process of its own.</summary>
public sealed class RetentionShapesTests
{
    // One of each kind; the long form has all.
    private static readonly string[] Short =
    [
        "shared-crowds", "ef-tracker", "twin-names", "same-static-name", "not-the-singleton", "factory-interface", "handle-array", "cancel-after", "completed-task",
        "http-clients", "cwt-object-tag", "deep-struct", "two-statics", "main-variable", "linked-sources", "transient-disposables", "native-bitmaps", "plugin-copies", "signalr-connections", "skia-bitmaps",
        "generic-event", "middleware-field", "scoped-from-root", "registered-waits", "mapped-files", "async-local-chain",
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
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.DoesNotContain("WRONG", output, StringComparison.Ordinal);
    }
}

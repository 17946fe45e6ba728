using MemGuard.AspNetCore.Dashboard;

namespace MemGuard.AspNetCore.Tests.Support;

internal static class ViewerExtensions
{
    /// <returns>Null when the stream has ended.</returns>
    public static async Task<SharedText?> TakeAsync(this Viewer viewer) =>
        await viewer.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)) && viewer.TryTake(out SharedText? news) ? news : null;
}

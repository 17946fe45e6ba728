using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace MemGuard.AspNetCore.Tests.Browser;

/// <summary>A page in a context of its own, and everything that the browser complains about.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];

    public WatchedPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.SetDefaultTimeout(15_000);
        page.Console += (_, message) => _complaints.Enqueue($"console: {message.Text}");
        page.PageError += (_, error) => _complaints.Enqueue($"error: {error}");
        page.Response += (_, response) => Note(response.Status >= 400 ? $"{response.Status}: {response.Url}" : null);

        // Streams and questions under way end with the page: that is no failure.
        page.RequestFailed += (_, request) => Note(request.Failure == "net::ERR_ABORTED" ? null : $"{request.Failure}: {request.Url}");
        page.Request += (_, request) => Note(new Uri(request.Url).Host is "127.0.0.1" or "" ? null : $"asked elsewhere: {request.Url}");
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints => [.. _complaints];

    public ValueTask DisposeAsync() => new(_context.CloseAsync());

    private void Note(string? complaint)
    {
        if (complaint is not null)
        {
            _complaints.Enqueue(complaint);
        }
    }
}

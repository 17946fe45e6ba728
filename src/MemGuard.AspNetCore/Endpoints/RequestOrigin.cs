using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>Tells a request of the own page, or of a tool, from one that another site has made a signed-in browser send.</summary>
internal static class RequestOrigin
{
    private const string OwnHeader = "X-MemGuard";

    // Whatever CORS policy the application has for its own endpoints: no script of another site reads these. Links from elsewhere work.
    public static bool IsForeignScript(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Mode"] is var mode && mode.Count > 0 && mode != "navigate";

    // A form of another site can set neither header nor content type, and a script of it is asked about first, which nothing here answers. Where the
    // browser says which site it came from, that counts above all.
    public static bool IsOwn(HttpRequest request)
    {
        string? site = request.Headers["Sec-Fetch-Site"];
        return (site is null || site == "same-origin")
            && request.Headers.ContainsKey(OwnHeader)
            && MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }
}

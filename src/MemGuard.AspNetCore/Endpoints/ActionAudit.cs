using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>Lets an action through that comes from the own page or a tool, and says in the log who asked.</summary>
internal static class ActionAudit
{
    /// <returns>The name of who asks, for the log; null where it was refused and answered: another site made a browser send it.</returns>
    public static string? Admit(HttpContext context, string action, ILogger logger)
    {
        string user = VisibleText.OfName(context.User.Identity?.Name ?? "somebody without a name");
        if (RequestOrigin.IsOwn(context.Request))
        {
            return user;
        }

        Containment.Run((logger, user, action), static one => Log.ForeignRequest(one.logger, one.user, one.action));
        Answer.SetHeaders(context.Response);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return null;
    }
}

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>Metadata: somebody has opened the endpoint on purpose. <c>AllowAnonymous</c> is not enough, for it may come from a group around it.</summary>
internal sealed class OpenedByName
{
    public static OpenedByName Instance { get; } = new();
}

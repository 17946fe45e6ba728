namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>A test that plays another user, which only root can.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            Skip = "only root can act as another user";
        }
    }
}

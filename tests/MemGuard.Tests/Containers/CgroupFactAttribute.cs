namespace MemGuard.Tests.Containers;

/// <summary>A test that needs a real memory control group; skipped with the reason where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CgroupFactAttribute : FactAttribute
{
    public CgroupFactAttribute() => Skip = MemoryCgroup.RefusedBecause;
}

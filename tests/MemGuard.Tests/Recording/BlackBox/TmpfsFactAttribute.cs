namespace MemGuard.Tests.Recording;

/// <summary>A test that needs a small file system of its own; skipped with the reason where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute() => Skip = SmallDisk.RefusedBecause;
}

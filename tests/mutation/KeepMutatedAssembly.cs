/// <summary>
/// Put into a copy of a test project and run by Stryker instead of its tests: keeps the assembly that Stryker makes before it is put back. It comes by one change, for
/// Stryker would otherwise believe that coverage cannot be measured, and try them all.
/// </summary>
public sealed class KeepMutatedAssembly
{
    [Xunit.Fact]
    public void Keep()
    {
        string kept = System.Environment.GetEnvironmentVariable("MUTATED_ASSEMBLY")!;
        string assembly = System.IO.Path.Combine(System.AppContext.BaseDirectory, System.IO.Path.GetFileName(kept));
        System.IO.File.Copy(assembly, kept, overwrite: true);
        System.Type? control = System.Array.Find(System.Reflection.Assembly.LoadFrom(assembly).GetTypes(), static type => type.Name == "MutantControl");
        _ = control?.GetMethod("IsActive")?.Invoke(null, [0]);
    }
}

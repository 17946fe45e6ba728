using System.Reflection;
using System.Runtime.Loader;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Tells whose code a type is: the application's, a package's, the framework's.</summary>
internal static class OwnerNames
{
    private static readonly string[] FrameworkPrefixes = ["System.", "Microsoft."];
    private static readonly string[] FrameworkNames =
        ["System", "Microsoft", "mscorlib", "netstandard", "MemGuard", "MemGuard.Bounded", "MemGuard.Caching", "MemGuard.HeapSnapshots", "MemGuard.AspNetCore", "MemGuard.Testing", "MemGuard.StartupHook", "MemGuard.Hook", "MemGuard.Hook.Core"];

    private static readonly string[] OwnNames = ["MemGuard", "MemGuard.HeapSnapshots", "MemGuard.AspNetCore", "MemGuard.StartupHook", "MemGuard.Hook", "MemGuard.Hook.Core"];

    /// <summary>The load context that MemGuard was attached in, with copies of its own of what it needs; null in an application that references it.</summary>
    private static readonly AssemblyLoadContext? Own = AssemblyLoadContext.GetLoadContext(typeof(OwnerNames).Assembly) is { } context && context != AssemblyLoadContext.Default ? context : null;

    public static bool IsFramework(Assembly assembly) => IsFrameworkName(assembly.GetName().Name ?? "") && assembly != Assembly.GetEntryAssembly();

    /// <summary>Whether it is MemGuard's machinery; not its structures, which applications hold their data in.</summary>
    public static bool IsOwn(Assembly assembly) =>
        OwnNames.Contains(assembly.GetName().Name, StringComparer.Ordinal) || (Own is not null && AssemblyLoadContext.GetLoadContext(assembly) == Own);

    public static bool IsFrameworkName(string name) =>
        FrameworkNames.Contains(name, StringComparer.Ordinal) || FrameworkPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <returns><c>Name 1.2.3</c> of a library, read from its informational version; only the name for the application itself.</returns>
    public static string Describe(Assembly assembly)
    {
        AssemblyName name = assembly.GetName();
        if (assembly == Assembly.GetEntryAssembly())
        {
            return VisibleText.OfName(name.Name ?? "");
        }

        string? version = null;
        foreach (CustomAttributeData attribute in assembly.CustomAttributes)
        {
            if (attribute.AttributeType == typeof(AssemblyInformationalVersionAttribute) && attribute.ConstructorArguments is [{ Value: string text }])
            {
                version = text.Split('+')[0];
            }
        }

        return VisibleText.OfName($"{name.Name} {version ?? name.Version?.ToString(3)}".TrimEnd());
    }
}

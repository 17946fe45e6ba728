using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.ConstrainedExecution;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The only door to reflection. Reads declarations; never a value, never an attribute instance, so no user code and no static constructor runs.</summary>
internal static class Reflection
{
    private const string Trimmed = "Names are best effort: a member that trimming removed cannot hold an object.";
    private const string Compiled = "Under Native AOT no snapshot is taken.";
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimmed)]
    public static FieldInfo[] GetInstanceFields(Type type) =>
        Contained(() => type.GetFields(Declared & ~BindingFlags.Static)) ?? [];

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimmed)]
    public static FieldInfo[] GetStaticFields(Type type) =>
        Contained(() => type.GetFields(Declared & ~BindingFlags.Instance)) ?? [];

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimmed)]
    public static MethodInfo[] GetMethods(Type type) =>
        Contained(() => type.GetMethods(Declared)) ?? [];

    /// <summary>Whether objects of the type are finalized when nobody disposes them.</summary>
    public static bool HasFinalizer(Type type)
    {
        for (Type? level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            if (Array.Exists(GetMethods(level), static method => method is { Name: "Finalize", IsVirtual: true } && GetParameters(method).Length == 0))
            {
                return true;
            }
        }

        return false;
    }

    public static IEnumerable<string> GetMethodNames(Type type) => GetMethods(type).Select(static method => method.Name);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimmed)]
    public static IEnumerable<string> GetNestedTypeNames(Type type) =>
        (Contained(() => type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)) ?? []).Select(static nested => nested.Name);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimmed)]
    public static bool HasEvent(Type type, string name) =>
        Contained(() => type.GetEvent(name, Declared)) is not null;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Trimmed)]
    public static Type[] GetTypes(Assembly assembly) => Contained(() =>
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partial)
        {
            return [.. partial.Types.OfType<Type>()];
        }
    }) ?? [];

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Trimmed)]
    public static FieldInfo? ResolveField(Module module, int token) => Contained(() => module.ResolveField(token));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Trimmed)]
    public static Type? ResolveType(Module module, int token) => Contained(() => module.ResolveType(token));

    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = Trimmed)]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = Compiled)]
    public static Type? MakeGeneric(Type definition, Type[] arguments) => Contained(() => definition.MakeGenericType(arguments));

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = Compiled)]
    public static Type? MakeArray(Type element, int? rank) => Contained(() => rank is { } dimensions ? element.MakeArrayType(dimensions) : element.MakeArrayType());

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimmed)]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = Trimmed)]
    public static MethodInfo? GetInvoke(Type delegateType) => Contained(() => delegateType.GetMethod("Invoke"));

    public static ParameterInfo[] GetParameters(MethodInfo method) => Contained(method.GetParameters) ?? [];

    public static Type? GetFieldType(FieldInfo field) => Contained(() => field.FieldType);

    public static bool IsThreadStatic(FieldInfo field) => Contained(() => field.IsDefined(typeof(ThreadStaticAttribute), inherit: false) ? field : null) is not null;

    public static bool IsObsolete(Type type) => Contained(() => type.IsDefined(typeof(ObsoleteAttribute), inherit: false) ? type : null) is not null;

    /// <returns>The class itself, or the nearest above it that can be seen from outside its assembly; itself where that says no more than <see cref="object"/> does.</returns>
    public static Type FindVisible(Type type)
    {
        Type? level = type;
        while (level is not null && !(level.IsGenericType ? level.GetGenericTypeDefinition() : level).IsVisible)
        {
            level = level.BaseType;
        }

        return level is null || level == typeof(object) || level == typeof(ValueType) || level == typeof(CriticalFinalizerObject) || level == typeof(MarshalByRefObject) ? type : level;
    }

    /// <summary>Whether a field or parameter of the type can hold an object of another.</summary>
    public static bool CanHold(Type declared, Type held) => Contained(() => declared.IsAssignableFrom(held) ? declared : null) is not null;

    // A member may mention a type whose assembly is missing: that member has no name then.
    private static T? Contained<T>(Func<T> read)
        where T : class?
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }
}

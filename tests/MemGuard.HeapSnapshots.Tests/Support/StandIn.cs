using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Classes of packages that the tests do not refer to: the analysis knows them by assembly and name alone.</summary>
internal static class StandIn
{
    private static readonly ConcurrentDictionary<(string Assembly, string Name), Lazy<Type>> Made = new();

    /// <param name="assembly">Name of the assembly.</param>
    /// <param name="fullName">Namespace and name of the class.</param>
    public static Type Of(string assembly, string fullName) => Made.GetOrAdd((assembly, fullName), static key => new Lazy<Type>(() => Make(key.Assembly, key.Name))).Value;

    private static Type Make(string assembly, string fullName)
    {
        ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(assembly), AssemblyBuilderAccess.Run).DefineDynamicModule(assembly);
        TypeBuilder type = module.DefineType(fullName, TypeAttributes.Public | TypeAttributes.Class);
        type.DefineField("_held", typeof(object), FieldAttributes.Private);
        return type.CreateType();
    }
}

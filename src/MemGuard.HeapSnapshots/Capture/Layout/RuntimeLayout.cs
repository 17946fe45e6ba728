using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Where this process's runtime keeps what a heap walk needs. Found once; every read goes through the system, so that a wrong guess is a failed read.</summary>
internal sealed class RuntimeLayout
{
    private const int KnownMajorVersion = 10;
    private const string Library = "libcoreclr.so";
    private const string OtherCollector = "libclrgc";

    private RuntimeLayout(ContractDescriptor contract, GCVariables variables, HandleLayout handles)
    {
        Contract = contract;
        Variables = variables;
        Handles = handles;
        CanonicalClass = contract.OffsetOf("MethodTable", "EEClassOrCanonMT");
        ClassMethodTable = contract.OffsetOf("EEClass", "MethodTable");
        Module = contract.OffsetOf("MethodTable", "Module");
        AuxiliaryData = contract.OffsetOf("MethodTable", "AuxiliaryData");
        LoaderModule = contract.OffsetOf("MethodTableAuxiliaryData", "LoaderModule");
    }

    public static bool IsServer => GCSettings.IsServerGC;

    public ContractDescriptor Contract { get; }

    public GCVariables Variables { get; }

    public HandleLayout Handles { get; }

    // Offsets in a type's description (MethodTable).
    public int CanonicalClass { get; }

    public int ClassMethodTable { get; }

    public int Module { get; }

    public int AuxiliaryData { get; }

    public int LoaderModule { get; }

    /// <returns>Why this process's runtime is not one whose layout is known; null when it may be.</returns>
    public static string? FindUnsupported()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
        {
            return $"a fork capture needs Linux with glibc; this is {RuntimeInformation.RuntimeIdentifier}";
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return $"a fork capture needs x64; this is {RuntimeInformation.ProcessArchitecture}";
        }

        if (!RuntimeFeature.IsDynamicCodeSupported || Type.GetType("Mono.RuntimeStructs") is not null)
        {
            return "this is not the CoreCLR runtime";
        }

        return Environment.Version.Major == KnownMajorVersion ? null : $"the layout of .NET {Environment.Version.ToString(3)} is not known, only that of .NET {KnownMajorVersion}";
    }

    /// <param name="memory">The own process.</param>
    /// <exception cref="InvalidDataException">Something is not as expected; the message says what.</exception>
    public static RuntimeLayout Discover(MemoryView memory)
    {
        nint library = LoadRuntime();
        if (!NativeLibrary.TryGetExport(library, ContractDescriptor.ExportName, out nint description) || !NativeLibrary.TryGetExport(library, GCVariables.TableExportName, out nint table))
        {
            throw new InvalidDataException("the runtime does not describe itself to debuggers");
        }

        ContractDescriptor contract = ContractDescriptor.Read(memory, (ulong)description);
        GCVariables variables = GCVariables.Find(memory, (ulong)table, IsServer);
        return new RuntimeLayout(contract, variables, HandleLayout.Calibrate(memory, variables.HandleTableMap));
    }

    // In a single file the runtime is part of the program.
    private static nint LoadRuntime()
    {
        string? path = null;
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            if (line.Contains(OtherCollector, StringComparison.Ordinal))
            {
                throw new InvalidDataException("another garbage collector is configured (DOTNET_GCName)");
            }

            if (line.EndsWith("/" + Library, StringComparison.Ordinal))
            {
                path = line[line.IndexOf('/', StringComparison.Ordinal)..];
            }
        }

        // It is loaded already: this only finds it.
        return path is null ? NativeLibrary.GetMainProgramHandle() : NativeLibrary.Load(path);
    }
}

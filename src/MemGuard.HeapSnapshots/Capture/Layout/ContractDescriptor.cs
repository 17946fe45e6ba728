using System.Text.Json;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The description that the runtime exports of itself for debuggers: offsets of fields by name, addresses of globals by name.</summary>
/// <remarks>docs/design/datacontracts in dotnet/runtime. Only what is asked for is looked up; what is missing is an exception that says its name.</remarks>
internal sealed class ContractDescriptor
{
    public const string ExportName = "DotNetRuntimeContractDescriptor";

    // "DNCCDAC" in the machine's byte order.
    private const ulong Magic = 0x0043414443434e44;
    private const int MaxBytes = 1 << 20;
    private const int MaxPointers = 1024;
    private const string SizeField = "!";

    private readonly Dictionary<(string Type, string Field), int> _offsets = [];
    private readonly Dictionary<string, ulong> _globals = new(StringComparer.Ordinal);

    /// <param name="memory">The own process.</param>
    /// <param name="address">The export's address.</param>
    /// <exception cref="InvalidDataException">It is not there, or not as described.</exception>
    public static ContractDescriptor Read(MemoryView memory, ulong address)
    {
        int bytes = (int)memory.ReadUInt32(address + 12);
        int pointers = (int)memory.ReadUInt32(address + 24);
        if (memory.ReadUInt64(address) != Magic || bytes is <= 0 or > MaxBytes || pointers is < 0 or > MaxPointers)
        {
            throw new InvalidDataException("the runtime's description of itself has another form");
        }

        byte[] text = memory.ReadBytes(memory.ReadUInt64(address + 16), bytes);
        ulong table = memory.ReadUInt64(address + 32);
        ulong[] values = new ulong[pointers];
        for (int i = 0; i < pointers; i++)
        {
            values[i] = memory.ReadUInt64(table + ((ulong)i * 8));
        }

        return Parse(text, values);
    }

    /// <param name="json">The description.</param>
    /// <param name="pointers">The addresses that globals refer to by number.</param>
    public static ContractDescriptor Parse(ReadOnlyMemory<byte> json, IReadOnlyList<ulong> pointers)
    {
        ContractDescriptor descriptor = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonProperty type in document.RootElement.GetProperty("types").EnumerateObject())
            {
                foreach (JsonProperty field in type.Value.EnumerateObject())
                {
                    JsonElement offset = field.Value.ValueKind == JsonValueKind.Array ? field.Value[0] : field.Value;
                    descriptor._offsets[(type.Name, field.Name)] = offset.GetInt32();
                }
            }

            foreach (JsonProperty global in document.RootElement.GetProperty("globals").EnumerateObject())
            {
                // [[3],"pointer"] refers to the third address; ["0x4","uint32"] is a value.
                if (global.Value is { ValueKind: JsonValueKind.Array } value && value[0].ValueKind == JsonValueKind.Array && value[0][0].GetInt32() is int number && number < pointers.Count)
                {
                    descriptor._globals[global.Name] = pointers[number];
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("the runtime's description of itself cannot be read", exception);
        }

        return descriptor;
    }

    public int OffsetOf(string type, string field) =>
        _offsets.TryGetValue((type, field), out int offset) ? offset : throw new InvalidDataException($"the runtime does not describe {type}.{field}");

    public int SizeOf(string type) => OffsetOf(type, SizeField);

    /// <returns>The address of a global variable.</returns>
    public ulong AddressOf(string global) =>
        _globals.TryGetValue(global, out ulong address) ? address : throw new InvalidDataException($"the runtime does not describe {global}");
}

using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Export;

/// <summary>Writes the retained tree in the format of V8's heap snapshots.</summary>
/// <remarks>
/// Format: docs of memlab and Chrome's developer tools; the arrays are described by <c>snapshot.meta</c> in the file. One node stands for all objects
/// of a type that are held in the same way, so that the file is as small as the snapshot; in a tree every entry's retained size is the sum of what is
/// below it, which is what the viewers compute.
/// </remarks>
internal static class DevToolsExport
{
    private const int NodeFieldCount = 7;
    private const int ObjectNode = 3;
    private const int SyntheticNode = 9;
    private const int ElementEdge = 1;
    private const int PropertyEdge = 2;

    private static readonly string[] NodeFields = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"];
    private static readonly string[] NodeTypes =
    [
        "hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic", "concatenated string", "sliced string",
        "symbol", "bigint", "object shape",
    ];

    private static readonly string[] EdgeFields = ["type", "name_or_index", "to_node"];
    private static readonly string[] EdgeTypes = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];

    public static void Write(Stream stream, SnapshotData data)
    {
        RetainedTree tree = new(data);
        Strings strings = new();

        // The format's own root stands above: its viewers expect one without a size.
        strings.Number("");
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteStartObject("snapshot");
        WriteMeta(json);
        json.WriteNumber("node_count", tree.Count + 1);
        json.WriteNumber("edge_count", tree.Count);
        json.WriteNumber("trace_function_count", 0);
        json.WriteEndObject();
        WriteNodes(json, tree, strings);
        WriteEdges(json, tree, strings);
        foreach (string empty in (ReadOnlySpan<string>)["trace_function_infos", "trace_tree", "samples", "locations"])
        {
            json.WriteStartArray(empty);
            json.WriteEndArray();
        }

        WriteArray(json, "strings", strings.All);
        json.WriteEndObject();
    }

    private static void WriteMeta(Utf8JsonWriter json)
    {
        json.WriteStartObject("meta");
        WriteArray(json, "node_fields", NodeFields);
        json.WriteStartArray("node_types");
        WriteArray(json, null, NodeTypes);
        foreach (string type in (ReadOnlySpan<string>)["string", "number", "number", "number", "number", "number"])
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        WriteArray(json, "edge_fields", EdgeFields);
        json.WriteStartArray("edge_types");
        WriteArray(json, null, EdgeTypes);
        json.WriteStringValue("string_or_number");
        json.WriteStringValue("node");
        json.WriteEndArray();
        WriteArray(json, "trace_function_info_fields", ["function_id", "name", "script_name", "script_id", "line", "column"]);
        WriteArray(json, "trace_node_fields", ["id", "function_info_index", "count", "size", "children"]);
        WriteArray(json, "sample_fields", ["timestamp_us", "last_assigned_id"]);
        WriteArray(json, "location_fields", ["object_index", "script_id", "line", "column"]);
        json.WriteEndObject();
    }

    private static void WriteNodes(Utf8JsonWriter json, RetainedTree tree, Strings strings)
    {
        json.WriteStartArray("nodes");
        WriteNode(json, SyntheticNode, 0, 1, 0, tree.Count > 0 ? 1 : 0);
        for (int entry = 0; entry < tree.Count; entry++)
        {
            // Ids of objects are odd in files of V8.
            WriteNode(
                json,
                tree.IsVirtual(entry) ? SyntheticNode : ObjectNode,
                strings.Number(tree.IsVirtual(entry) ? $"({tree.NameOf(entry)})" : tree.NameOf(entry)),
                (2 * entry) + 3,
                Math.Max(tree.OwnBytes[entry], 0),
                tree.Children[entry].Count);
        }

        json.WriteEndArray();
    }

    private static void WriteNode(Utf8JsonWriter json, int type, int name, int id, long ownBytes, int edges)
    {
        json.WriteNumberValue(type);
        json.WriteNumberValue(name);
        json.WriteNumberValue(id);
        json.WriteNumberValue(ownBytes);
        json.WriteNumberValue(edges);
        json.WriteNumberValue(0);
        json.WriteNumberValue(0);
    }

    private static void WriteEdges(Utf8JsonWriter json, RetainedTree tree, Strings strings)
    {
        json.WriteStartArray("edges");
        if (tree.Count > 0)
        {
            WriteEdge(json, ElementEdge, 1, 0);
        }

        for (int entry = 0; entry < tree.Count; entry++)
        {
            foreach (int child in tree.Children[entry])
            {
                WriteEdge(json, tree.IsVirtual(entry) ? ElementEdge : PropertyEdge, tree.IsVirtual(entry) ? child : strings.Number(tree.NameOf(child)), child);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteEdge(Utf8JsonWriter json, int type, int nameOrIndex, int child)
    {
        json.WriteNumberValue(type);
        json.WriteNumberValue(nameOrIndex);
        json.WriteNumberValue((child + 1) * NodeFieldCount);
    }

    private static void WriteArray(Utf8JsonWriter json, string? name, IEnumerable<string> values)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The file's table of texts.</summary>
    private sealed class Strings
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> All { get; } = [];

        public int Number(string text)
        {
            if (!_numbers.TryGetValue(text, out int number))
            {
                number = _numbers[text] = All.Count;
                All.Add(text);
            }

            return number;
        }
    }
}

using System.Text.Json.Nodes;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Changes the structure of a JSON document at random places: what a damaged or a hostile writer would get wrong.</summary>
internal static class JsonMutation
{
    public static string Mutate(string json, Random random)
    {
        JsonNode root = JsonNode.Parse(json)!;
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            Change(root, random);
        }

        return root.ToJsonString();
    }

    private static void Change(JsonNode root, Random random)
    {
        List<JsonNode> containers = [];
        Collect(root, containers);
        switch (containers[random.Next(containers.Count)])
        {
            case JsonObject part when part.Count > 0:
                string key = part.ElementAt(random.Next(part.Count)).Key;
                ChangeProperty(part, key, random);
                break;
            case JsonArray list:
                ChangeList(list, random);
                break;
        }
    }

    private static void ChangeProperty(JsonObject part, string key, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                part.Remove(key);
                break;
            case 1 when part[key] is JsonArray list:
                ChangeList(list, random);
                break;
            default:
                part[key] = Any(random, part);
                break;
        }
    }

    private static void ChangeList(JsonArray list, Random random)
    {
        switch (random.Next(5))
        {
            case 0 when list.Count > 0:
                list.RemoveAt(random.Next(list.Count));
                break;
            case 1 when list.Count > 0:
                list[random.Next(list.Count)] = Any(random, list);
                break;
            case 2 when list.Count > 1:
                JsonNode? moved = list[0];
                list.RemoveAt(0);
                list.Add(moved);
                break;
            case 3 when list.Count > 0:
                for (int copies = random.Next(1, 50); copies > 0; copies--)
                {
                    list.Add(list[random.Next(list.Count)]?.DeepClone());
                }

                break;
            default:
                list.Add(Any(random, list));
                break;
        }
    }

    private static JsonNode? Any(Random random, JsonNode place) => random.Next(16) switch
    {
        0 => null,
        1 => JsonValue.Create(""),
        2 => JsonValue.Create("[x"),
        3 => JsonValue.Create(new string('[', random.Next(3000))),
        4 => JsonValue.Create("\u001b[2J\u202Eodd\n`name`|"),
        5 => JsonValue.Create(-1),
        6 => JsonValue.Create(long.MaxValue),
        7 => JsonValue.Create(long.MinValue),
        8 => JsonValue.Create(1e300),
        9 => JsonValue.Create(random.Next(-2, 10)),
        10 => JsonValue.Create(random.Next(2) == 0),
        11 => new JsonArray(),
        12 => new JsonObject(),
        13 => new JsonArray(null, null),
        14 => place.DeepClone(),
        _ => Nested(random.Next(1, 100)),
    };

    private static JsonArray Nested(int depth)
    {
        JsonArray inner = [];
        for (int i = 0; i < depth; i++)
        {
            inner = [inner];
        }

        return inner;
    }

    private static void Collect(JsonNode? node, List<JsonNode> containers)
    {
        if (node is JsonObject part)
        {
            containers.Add(node);
            foreach ((_, JsonNode? inner) in part)
            {
                Collect(inner, containers);
            }
        }
        else if (node is JsonArray list)
        {
            containers.Add(node);
            foreach (JsonNode? inner in list)
            {
                Collect(inner, containers);
            }
        }
    }
}

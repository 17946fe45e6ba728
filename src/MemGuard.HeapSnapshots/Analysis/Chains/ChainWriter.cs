namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes a path of objects as links: field names where the types tell them, repeats collapsed.</summary>
internal static class ChainWriter
{
    private const int MaxLinks = 40;

    public static RetainerChain Write(AnalysedHeap heap, IReadOnlyList<ChainNode> path)
    {
        List<RetainerLink> links = [];

        // The first node stands for all roots and says nothing.
        for (int i = 1; i < path.Count; i++)
        {
            string? field = i + 1 < path.Count ? heap.FindField(path[i].Node, path[i + 1].Node) : null;
            RetainerLink link = new() { TypeName = path[i].Label, FieldName = field };
            if (links.Count > 0 && links[^1].TypeName == link.TypeName)
            {
                links[^1] = link with { RepeatCount = links[^1].RepeatCount + 1 };
            }
            else
            {
                links.Add(link);
            }
        }

        return new RetainerChain { Links = Shorten(links) };
    }

    private static List<RetainerLink> Shorten(List<RetainerLink> links)
    {
        if (links.Count <= MaxLinks)
        {
            return links;
        }

        // Both ends matter: the root says who, the tail says what.
        return [.. links.Take(MaxLinks / 2), new RetainerLink { TypeName = "…", RepeatCount = links.Count - MaxLinks }, .. links.TakeLast(MaxLinks / 2)];
    }
}

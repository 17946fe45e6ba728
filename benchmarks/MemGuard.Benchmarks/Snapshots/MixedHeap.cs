namespace MemGuard.Benchmarks.Snapshots;

/// <summary>A heap like a service's: dictionaries of records with strings, lists of arrays, a long linked list.</summary>
internal static class MixedHeap
{
    public static object Build(int objects)
    {
        int share = objects / 10;
        Dictionary<int, Customer> customers = new(share);
        for (int i = 0; i < share; i++)
        {
            customers.Add(i, new Customer(i.ToString("D8"), [i, i], new Address("street " + (i % 1000))));
        }

        LinkedList<Customer> recent = new();
        List<byte[]> pages = [];
        for (int i = 0; i < objects - (5 * share); i++)
        {
            if (i % 2 == 0)
            {
                recent.AddLast(customers[i % share]);
            }
            else
            {
                pages.Add(new byte[16]);
            }
        }

        return new object[] { customers, recent, pages };
    }

    private sealed record Customer(string Name, int[] Orders, Address Address);

    private sealed record Address(string Street);
}

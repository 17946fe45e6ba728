using MemGuard.Bounded;

using BoundedCache<int, string> cache = new(new() { Name = "squares", Capacity = 10 });
for (int i = 0; i < 100; i++)
{
    cache.GetOrAdd(i, static key => $"{key * key}");
}

Console.WriteLine($"entries: {cache.Count}");
return cache.Count == 10 ? 0 : 1;

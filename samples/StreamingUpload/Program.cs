using StreamingUpload;

// Starts a storage service and a gateway on loopback, sends hundreds of megabytes through them, and exits 0 when memory stayed flat.
int megabytes = args.Length > 0 && int.TryParse(args[0], out int given) ? given : 256;
await using StorageService storage = await StorageService.StartAsync();
await using Gateway gateway = await Gateway.StartAsync(storage.Address);
Client client = new(gateway.Address);

Console.WriteLine($"{megabytes} MiB each, through a gateway that holds at most {Gateway.MaxUnflushedBytes / 1024} KiB for each client.");
Console.WriteLine();
Console.WriteLine("| what | bytes | seconds | heap growth at most, MiB | ended |");
Console.WriteLine("|---|---|---|---|---|");
bool isFlat = true;
isFlat &= await FlatMemory.CheckAsync("upload, streamed to storage", () => client.UploadAsync(megabytes));
isFlat &= await FlatMemory.CheckAsync("download, proxied from storage", () => client.DownloadAsync(megabytes, pause: TimeSpan.Zero));
isFlat &= await FlatMemory.CheckAsync("the same by a slow client", () => client.DownloadAsync(megabytes / 4, pause: TimeSpan.FromMilliseconds(50)));
isFlat &= await FlatMemory.CheckAsync("the same by a client that never reads", () => client.NeverReadAsync(megabytes));
isFlat &= await FlatMemory.CheckAsync("a million objects as NDJSON", () => client.ReadObjectsAsync(1_000_000));
Console.WriteLine();
Console.WriteLine(isFlat ? "Memory stayed flat." : "Memory grew: see the table.");
return isFlat ? 0 : 1;

using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>One object as the heap walk saw it. Its references follow in the edge sequence, in node order.</summary>
/// <param name="Address">Where it was during the walk.</param>
/// <param name="SizeUnits">Size in units of 8 bytes: 32 bits of bytes would clip a large array.</param>
/// <param name="TypeIndex">Index into the capture's types.</param>
/// <param name="EdgeCount">How many references of the edge sequence are its own.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct HeapNode(ulong Address, uint SizeUnits, int TypeIndex, uint EdgeCount);

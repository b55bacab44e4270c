using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Facilities.Grains.Search;

/// <summary>Rows of bits and of bytes, looked through as wide as the processor can.</summary>
internal static class Bits
{
    internal static void Set(ulong[] bits, long place) => bits[place >> 6] |= 1UL << (int)(place & 63);

    internal static bool IsSet(ulong[] bits, long place) => (bits[place >> 6] >> (int)(place & 63) & 1) != 0;

    /// <summary>Clears from one place to before another.</summary>
    internal static void Clear(ulong[] bits, long from, long before)
    {
        for (; from < before && (from & 63) != 0; from++) bits[from >> 6] &= ~(1UL << (int)(from & 63));
        for (; from + 64 <= before; from += 64) bits[from >> 6] = 0;
        for (; from < before; from++) bits[from >> 6] &= ~(1UL << (int)(from & 63));
    }

    /// <summary>The first place that is set from one to before another; -1 where none is.</summary>
    internal static long Next(ReadOnlySpan<ulong> bits, long from, long before)
    {
        if (from >= before) return -1;
        var word = (int)(from >> 6);
        var found = bits[word] & (ulong.MaxValue << (int)(from & 63));
        if (found == 0)
        {
            word = NextWord(bits, word + 1, (int)((before + 63) >> 6));
            if (word < 0) return -1;
            found = bits[word];
        }
        var place = ((long)word << 6) + BitOperations.TrailingZeroCount(found);
        return place < before ? place : -1;
    }

    /// <summary>What both have set.</summary>
    internal static void And(Span<ulong> bits, ReadOnlySpan<ulong> other)
    {
        var place = 0;
        if (Vector.IsHardwareAccelerated)
            for (; place + Vector<ulong>.Count <= bits.Length; place += Vector<ulong>.Count)
                (new Vector<ulong>(bits[place..]) & new Vector<ulong>(other[place..])).CopyTo(bits[place..]);
        for (; place < bits.Length; place++) bits[place] &= other[place];
    }

    /// <summary>Which of 64 bytes lie below a limit, as bits.</summary>
    /// <param name="bytes">A row of bytes.</param>
    /// <param name="at">The first of the 64.</param>
    /// <param name="limit">The limit.</param>
    internal static ulong Below(ReadOnlySpan<byte> bytes, int at, byte limit) =>
        Vector512.LessThan(
            Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(bytes.Slice(at, 64))), Vector512.Create(limit))
            .ExtractMostSignificantBits();

    private static int NextWord(ReadOnlySpan<ulong> bits, int from, int before)
    {
        ref var first = ref MemoryMarshal.GetReference(bits);
        for (; from + Vector512<ulong>.Count <= before; from += Vector512<ulong>.Count)
            if (Vector512.LoadUnsafe(ref Unsafe.Add(ref first, from)) != Vector512<ulong>.Zero) break;
        for (; from < before; from++) if (bits[from] != 0) return from;
        return -1;
    }
}

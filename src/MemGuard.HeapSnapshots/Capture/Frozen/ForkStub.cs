using System.Runtime.InteropServices;
using System.Text;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The few instructions that make the frozen copy: managed code must not run in the child, whose other threads do not exist.</summary>
/// <remarks>Called without a transition to the garbage collector's preemptive mode, so that no collection is moving objects while the kernel copies; the poll behind the call is met by the parent alone.</remarks>
internal sealed unsafe class ForkStub
{
    // Offsets in the block that the code gets as its only argument.
    private const int AllSignals = 0;
    private const int ParentProcess = 24;
    private const int AdjustmentPath = 16;
    private const int NoCoreFile = 32;
    private const int Name = 48;
    private const int Path = 64;
    private const nuint PageBytes = 4096;

    private readonly byte* _code;
    private readonly byte* _block;

    private ForkStub(byte* code, byte* block)
    {
        _code = code;
        _block = block;
    }

    /// <summary>The machine code for Linux on x64. Numbers of system calls from the kernel's table.</summary>
    public static ReadOnlySpan<byte> X64 =>
    [
        0x53, // push rbx
        0x41, 0x54, // push r12
        0x48, 0x89, 0xFB, // mov rbx, rdi

        // rt_sigprocmask(SIG_BLOCK, all, &previous, 8): no handler may run in the child.
        0xB8, 0x0E, 0x00, 0x00, 0x00, // mov eax, 14
        0x31, 0xFF, // xor edi, edi
        0x48, 0x89, 0xDE, // mov rsi, rbx
        0x48, 0x8D, 0x53, 0x08, // lea rdx, [rbx+8]
        0x41, 0xBA, 0x08, 0x00, 0x00, 0x00, // mov r10d, 8
        0x0F, 0x05, // syscall

        // clone(0, 0, 0, 0, 0): a copy of the process without an exit signal, which the host would otherwise receive.
        0xB8, 0x38, 0x00, 0x00, 0x00, // mov eax, 56
        0x31, 0xFF, // xor edi, edi
        0x31, 0xF6, // xor esi, esi
        0x31, 0xD2, // xor edx, edx
        0x45, 0x31, 0xD2, // xor r10d, r10d
        0x45, 0x31, 0xC0, // xor r8d, r8d
        0x0F, 0x05, // syscall
        0x48, 0x85, 0xC0, // test rax, rax
        0x74, 0x22, // jz child

        // Parent: rt_sigprocmask(SIG_SETMASK, &previous, 0, 8), return the child's id.
        0x49, 0x89, 0xC4, // mov r12, rax
        0xB8, 0x0E, 0x00, 0x00, 0x00, // mov eax, 14
        0xBF, 0x02, 0x00, 0x00, 0x00, // mov edi, 2
        0x48, 0x8D, 0x73, 0x08, // lea rsi, [rbx+8]
        0x31, 0xD2, // xor edx, edx
        0x41, 0xBA, 0x08, 0x00, 0x00, 0x00, // mov r10d, 8
        0x0F, 0x05, // syscall
        0x4C, 0x89, 0xE0, // mov rax, r12
        0x41, 0x5C, // pop r12
        0x5B, // pop rbx
        0xC3, // ret

        // child: prctl(PR_SET_PDEATHSIG, SIGKILL), then getppid: the parent may have died before the first took effect.
        0xB8, 0x9D, 0x00, 0x00, 0x00, // mov eax, 157
        0xBF, 0x01, 0x00, 0x00, 0x00, // mov edi, 1
        0xBE, 0x09, 0x00, 0x00, 0x00, // mov esi, 9
        0x0F, 0x05, // syscall
        0xB8, 0x6E, 0x00, 0x00, 0x00, // mov eax, 110
        0x0F, 0x05, // syscall
        0x48, 0x3B, 0x43, 0x18, // cmp rax, [rbx+24]
        0x0F, 0x85, 0x80, 0x00, 0x00, 0x00, // jne die

        // prctl(PR_SET_PTRACER, parent): lets the parent read where Yama restricts it, and nobody else.
        0xB8, 0x9D, 0x00, 0x00, 0x00, // mov eax, 157
        0xBF, 0x61, 0x6D, 0x61, 0x59, // mov edi, 'Yama'
        0x48, 0x8B, 0x73, 0x18, // mov rsi, [rbx+24]
        0x0F, 0x1F, 0x00, // nop
        0x0F, 0x05, // syscall

        // prctl(PR_SET_NAME, name): what ps shows.
        0xB8, 0x9D, 0x00, 0x00, 0x00, // mov eax, 157
        0xBF, 0x0F, 0x00, 0x00, 0x00, // mov edi, 15
        0x48, 0x8D, 0x73, 0x30, // lea rsi, [rbx+48]
        0x0F, 0x05, // syscall

        // setrlimit(RLIMIT_CORE, {0, 0})
        0xB8, 0xA0, 0x00, 0x00, 0x00, // mov eax, 160
        0xBF, 0x04, 0x00, 0x00, 0x00, // mov edi, 4
        0x48, 0x8D, 0x73, 0x20, // lea rsi, [rbx+32]
        0x0F, 0x05, // syscall

        // open(oom_score_adj, O_WRONLY), write "1000": short of memory the system ends the copy, not the application.
        0xB8, 0x02, 0x00, 0x00, 0x00, // mov eax, 2
        0x48, 0x8B, 0x7B, 0x10, // mov rdi, [rbx+16]
        0xBE, 0x01, 0x00, 0x00, 0x00, // mov esi, 1
        0x31, 0xD2, // xor edx, edx
        0x0F, 0x05, // syscall
        0x85, 0xC0, // test eax, eax
        0x78, 0x1E, // js close
        0x89, 0xC7, // mov edi, eax
        0xB8, 0x01, 0x00, 0x00, 0x00, // mov eax, 1
        0x6A, 0x00, // push 0
        0xC7, 0x04, 0x24, 0x31, 0x30, 0x30, 0x30, // mov dword [rsp], "1000"
        0x48, 0x89, 0xE6, // mov rsi, rsp
        0xBA, 0x04, 0x00, 0x00, 0x00, // mov edx, 4
        0x0F, 0x05, // syscall
        0x48, 0x83, 0xC4, 0x08, // add rsp, 8

        // close: close_range(0, all, 0): a peer's end of file must not wait for the copy.
        0xB8, 0xB4, 0x01, 0x00, 0x00, // mov eax, 436
        0x31, 0xFF, // xor edi, edi
        0xBE, 0xFF, 0xFF, 0xFF, 0x7F, // mov esi, 0x7FFFFFFF
        0x31, 0xD2, // xor edx, edx
        0x0F, 0x05, // syscall

        // hold: pause() until killed.
        0xB8, 0x22, 0x00, 0x00, 0x00, // mov eax, 34
        0x0F, 0x05, // syscall
        0xEB, 0xF7, // jmp hold

        // die: exit_group(4)
        0xB8, 0xE7, 0x00, 0x00, 0x00, // mov eax, 231
        0xBF, 0x04, 0x00, 0x00, 0x00, // mov edi, 4
        0x0F, 0x05, // syscall
    ];

    /// <summary>Maps the code. Once a process; never unmapped.</summary>
    /// <returns>Null where the system forbids memory that is made executable, with the reason.</returns>
    public static ForkStub? Create(out string? reason)
    {
        byte* code = LinuxCalls.Map(PageBytes, LinuxCalls.ProtectRead | LinuxCalls.ProtectWrite);
        byte* block = LinuxCalls.Map(PageBytes, LinuxCalls.ProtectRead | LinuxCalls.ProtectWrite);
        if (code is null || block is null)
        {
            reason = "the system gives no memory";
            return null;
        }

        X64.CopyTo(new Span<byte>(code, (int)PageBytes));
        if (!LinuxCalls.Protect(code, PageBytes, LinuxCalls.ProtectRead | LinuxCalls.ProtectExecute))
        {
            LinuxCalls.Unmap(code, PageBytes);
            LinuxCalls.Unmap(block, PageBytes);
            reason = "the system forbids to make memory executable (SELinux execmem, or a W^X policy)";
            return null;
        }

        *(ulong*)(block + AllSignals) = ulong.MaxValue;
        *(byte**)(block + AdjustmentPath) = block + Path;
        new Span<byte>(block + NoCoreFile, 16).Clear();
        Encoding.ASCII.GetBytes("memguard-frozen", new Span<byte>(block + Name, 16));
        Encoding.ASCII.GetBytes("/proc/self/oom_score_adj", new Span<byte>(block + Path, 32));
        *(ulong*)(block + ParentProcess) = (ulong)Environment.ProcessId;
        reason = null;
        return new ForkStub(code, block);
    }

    /// <returns>The child's process id, or a negative error number.</returns>
    public int Run() => (int)((delegate* unmanaged[SuppressGCTransition]<byte*, long>)_code)(_block);
}

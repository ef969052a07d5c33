package host

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// tree makes a file system of these paths and texts.
func tree(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for path, text := range files {
		out[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// x86 returns the files of a virtual machine of a cloud. Its frequency and its free
// memory vary.
func x86(mhz string) map[string]string {
	return map[string]string{
		"proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R)   CPU @ 2.20GHz\n" +
			"cpu MHz\t\t: " + mhz + "\nflags\t\t: fpu vme hypervisor sse\nbogomips\t: " + mhz + "\n\nprocessor\t: 1\nmodel name\t: other\n",
		"proc/meminfo":                  "MemTotal:       16393244 kB\nMemFree: " + mhz + " kB\n",
		"proc/sys/kernel/osrelease":     "6.1.0-17-amd64\n",
		"sys/class/dmi/id/sys_vendor":   "QEMU\n",
		"sys/class/dmi/id/product_name": "Standard PC (Q35 + ICH9, 2009)\n",
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	check := func(name string, files map[string]string, want domain.Host) {
		t.Helper()
		got := fingerprint(tree(files), "box", "linux", "amd64", 2)
		require.Regexp(t, `^[0-9a-f]{12}$`, got.Key, name)
		want.Key, want.Name, want.OS, want.Arch, want.Cores = got.Key, "box", "linux", "amd64", 2
		require.Equal(t, want, got, name)
	}
	check("x86", x86("2199.998"), domain.Host{
		Kernel: "6.1", CPUModel: "Intel(R) Xeon(R) CPU @ 2.20GHz", MemoryGiB: 16, Virtualisation: "kvm",
	})
	check("arm64", map[string]string{
		"proc/cpuinfo":              "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
		"proc/meminfo":              "MemTotal:        3882168 kB\n",
		"proc/sys/kernel/osrelease": "5.15.0-1051-aws\n",
	}, domain.Host{Kernel: "5.15", CPUModel: "implementer 0x41 part 0xd0c", MemoryGiB: 4})
	check("container", map[string]string{
		"proc/cpuinfo": "flags : hypervisor\n", ".dockerenv": "",
	}, domain.Host{Virtualisation: "hypervisor container"})
	check("pod on metal", map[string]string{
		"var/run/secrets/kubernetes.io/serviceaccount/token": "",
	}, domain.Host{Virtualisation: "container"})
	check("laptop of a maker of hypervisors", map[string]string{
		"sys/class/dmi/id/sys_vendor": "Microsoft Corporation\n", "sys/class/dmi/id/product_name": "Surface Laptop\n",
	}, domain.Host{})
	check("nothing there", nil, domain.Host{})
	check("nonsense", map[string]string{
		"proc/cpuinfo": "\x00:::", "proc/meminfo": "MemTotal: many kB\n", "proc/sys/kernel/osrelease": "new",
	}, domain.Host{})
}

func TestKeyIsOfStableFactsAlone(t *testing.T) {
	t.Parallel()
	key := func(mhz, name string, cores int) string {
		return fingerprint(tree(x86(mhz)), name, "linux", "amd64", cores).Key
	}
	require.Equal(t, key("2199.998", "a", 2), key("3100.000", "b", 2), "frequency, free memory and name are not part of it")
	require.NotEqual(t, key("2199.998", "a", 2), key("2199.998", "a", 4))
	require.Equal(t, "1ffb4b6f654b", key("2199.998", "a", 2), "a new key makes all that was measured before incomparable")
}

func TestMemoryClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kib  string
		want int
	}{
		{"0", 0}, {"1", 1}, {"1048576", 1}, {"1048577", 2}, {"2097152", 2}, {"3000000", 3}, {"4000000", 4}, {"5242880", 6},
		{"7900000", 8}, {"12000000", 12}, {"13000000", 16}, {"263000000", 256}, {"4503599627370495", 1 << 32},
	} {
		require.Equal(t, c.want, memoryClass("MemTotal: "+c.kib+" kB\n"), c.kib)
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add("model name : x\nflags : hypervisor\n", "MemTotal: 5 kB\n", "6.1", "cpu 1 2 3 4 5 6 7 8\n", "0.1 0 0")
	f.Add(":\n", "MemTotal:", ".", "cpu", "NaN")
	f.Fuzz(func(t *testing.T, cpuinfo, meminfo, release, stat, loadavg string) {
		files := tree(map[string]string{
			"proc/cpuinfo": cpuinfo, "proc/meminfo": meminfo, "proc/sys/kernel/osrelease": release,
			"proc/stat": stat, "proc/loadavg": loadavg,
		})
		h := fingerprint(files, "box", "linux", "amd64", 1)
		require.GreaterOrEqual(t, h.MemoryGiB, 0)
		require.False(t, strings.ContainsAny(h.CPUModel, "\n"))
		steal := readTicks(files).steal(cpuTicks{})
		require.True(t, steal >= 0 && steal <= 1)
		require.GreaterOrEqual(t, readLoad(files), 0.0)
	})
}

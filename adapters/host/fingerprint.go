package host

import (
	"io/fs"
	"math/bits"
	"regexp"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// fingerprint reads the stable facts of a machine. Facts that it cannot read stay
// empty.
func fingerprint(files fs.FS, name, os, arch string, cores int) domain.Host {
	text := func(path string) string {
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(data))
	}
	cpuinfo := text("proc/cpuinfo")
	h := domain.Host{
		OS: os, Arch: arch, Cores: cores,
		Kernel:    kernel(text("proc/sys/kernel/osrelease")),
		CPUModel:  cpuModel(cpuinfo),
		MemoryGiB: memoryClass(text("proc/meminfo")),
		Virtualisation: virtualisation(cpuinfo, text("sys/class/dmi/id/sys_vendor")+" "+text("sys/class/dmi/id/product_name"),
			exists(files, ".dockerenv") || exists(files, "run/.containerenv") || exists(files, "var/run/secrets/kubernetes.io")),
	}
	key, err := keyOf(h)
	if err != nil { // cannot happen: JSON encodes all strings and whole numbers
		return domain.Host{Name: name}
	}
	h.Key, h.Name = key, name
	return h
}

func exists(files fs.FS, path string) bool {
	_, err := fs.Stat(files, path)
	return err == nil
}

// kernel returns major and minor of a release such as 6.1.0-17-amd64.
func kernel(release string) string {
	return kernelVersion.FindString(release)
}

var kernelVersion = regexp.MustCompile(`^[0-9]+\.[0-9]+`)

// cpuModel returns the model's name. ARM cores have numbers instead.
func cpuModel(cpuinfo string) string {
	if name := cpuField(cpuinfo, "model name"); name != "" {
		return strings.Join(strings.Fields(name), " ")
	}
	implementer, part := cpuField(cpuinfo, "CPU implementer"), cpuField(cpuinfo, "CPU part")
	if implementer == "" && part == "" {
		return ""
	}
	return strings.TrimSpace("implementer " + implementer + " part " + part)
}

// cpuField returns the first value of a field of /proc/cpuinfo.
func cpuField(cpuinfo, field string) string {
	for line := range strings.Lines(cpuinfo) {
		name, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(name) == field {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// memoryClass rounds the memory up to the next power of two or the middle
// between two, in GiB, since kernels reserve different parts of the same memory.
func memoryClass(meminfo string) int {
	for line := range strings.Lines(meminfo) {
		value, ok := strings.CutPrefix(line, "MemTotal:")
		if !ok {
			continue
		}
		kib, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 52)
		if err != nil || kib == 0 {
			return 0
		}
		gib := uint((kib + 1<<20 - 1) >> 20)
		power := uint(1) << bits.Len(gib-1)
		if middle := power / 4 * 3; gib <= middle && middle > 0 {
			return int(middle)
		}
		return int(power)
	}
	return 0
}

// virtualisation names the hypervisor and the container that the machine runs in, if it
// can detect them.
func virtualisation(cpuinfo, dmi string, container bool) string {
	kind := ""
	dmi = strings.ToLower(dmi)
	for _, known := range []struct{ mark, name string }{ // a vendor alone does not identify a hypervisor: some make laptops too
		{"kvm", "kvm"}, {"qemu", "kvm"}, {"vmware", "vmware"}, {"virtualbox", "virtualbox"}, {"microsoft corporation virtual", "hyper-v"},
		{"xen", "xen"}, {"amazon ec2", "amazon"}, {"google compute engine", "google"}, {"firecracker", "firecracker"},
	} {
		if strings.Contains(dmi, known.mark) {
			kind = known.name
			break
		}
	}
	if kind == "" && strings.Contains(" "+cpuField(cpuinfo, "flags")+" ", " hypervisor ") {
		kind = "hypervisor"
	}
	if container {
		kind = strings.TrimSpace(kind + " container")
	}
	return kind
}

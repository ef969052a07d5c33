package domain

import "math/rand/v2"

// Schedule returns the order in which an iteration executes its samples, as the indexes
// of their variants. The order consists of blocks. Each block holds every variant once,
// shuffled from the seed, so that drift of the machine affects all variants alike. The
// same arguments give the same order on every machine. The length is samples ×
// variants.
func Schedule(seed int64, variants, samples int) []int {
	random := rand.New(rand.NewPCG(uint64(seed), 0x9e3779b97f4a7c15))
	order := make([]int, 0, samples*variants)
	for range samples {
		block := len(order)
		for i := range variants {
			order = append(order, i)
		}
		random.Shuffle(variants, func(i, j int) {
			order[block+i], order[block+j] = order[block+j], order[block+i]
		})
	}
	return order
}

// seedBits keeps seeds exact in JSON readers that hold numbers as doubles.
const seedBits = 1<<53 - 1

// deriveSeed gives iteration n of a run its own seed (the splitmix64 finaliser
// of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
func deriveSeed(run int64, n int) int64 {
	z := uint64(run) + uint64(n)*0x9e3779b97f4a7c15
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return int64((z ^ (z >> 31)) & seedBits)
}

package domain

import "math/rand/v2"

// Schedule returns the order in which an iteration executes its samples: blocks
// in which each runtime stands once, each block shuffled from the seed, so that
// drift of the machine falls on all runtimes alike. The same arguments give the
// same order on every machine. Its length is samples × len(runtimes).
func Schedule(seed int64, runtimes []RuntimeName, samples int) []RuntimeName {
	random := rand.New(rand.NewPCG(uint64(seed), 0x9e3779b97f4a7c15))
	order := make([]RuntimeName, 0, samples*len(runtimes))
	for range samples {
		block := len(order)
		order = append(order, runtimes...)
		random.Shuffle(len(runtimes), func(i, j int) {
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

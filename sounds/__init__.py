"""What is heard: numbers in words, voice packs, live speech, the chime, and the one owner of the sound card.

number_words -> script (all a voice must say) -> pack, render, record (how it is made)
utterance (what to say) -> voice (which link of the chain says it) -> player -> card
"""

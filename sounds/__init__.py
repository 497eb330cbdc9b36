"""What is heard: numbers in words, voice packs, live speech, the chime, the sound card's one owner, the telephone.

number_words -> script (all a voice must say) -> pack, render, record (how it is made)
utterance (what to say) -> voice (which link of the chain says it) -> player -> card
telephone_script (all the telephone must say) -> prompt_set (how it is made); telephone (what to say, as prompts' names)
"""
